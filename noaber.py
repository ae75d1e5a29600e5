"""The command line: ``noaber COMMAND``. Wires the rooms together; holds no rules of its own."""

import argparse
import json
import logging
import os
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import asdict, replace
from datetime import UTC, datetime
from functools import lru_cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from command_line import Parser, Problem, explain, files, listening, mailing, progress, read_now, say, whole
from models.settings import Settings

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from matcher import Reader
    from matcher.language import Embedder

Command = Callable[[argparse.Namespace], int]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; what goes wrong is told on stderr, a line each, and the exit status is 0, 1 or 2."""
    try:
        try:
            given = _parser().parse_args(arguments)
            _log()
            return int(given.run(given))
        finally:
            print(end="", flush=True)  # here, where a full disk can still be told
    except (Exception, KeyboardInterrupt) as error:
        said, status = explain(error)
        if said:
            print(said, file=sys.stderr)
        return status


def _log() -> None:
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(message)s", stream=sys.stderr)
    logging.getLogger("alembic").setLevel(logging.WARNING)
    # A turn of the worker that takes longer than the pause between two lets the next one wait, as it should.
    logging.getLogger("apscheduler").setLevel(logging.ERROR)


# What the commands stand on


def settings() -> Settings:
    """Read the settings; outside production a missing key is made."""
    from models.opening import with_key

    return with_key(Settings.from_env())


@lru_cache(maxsize=1)  # `up` becomes three processes, which then share one in memory
def reader(found: Settings) -> "Reader":
    """Give what reads people's words, from its cache where the phrases have not changed."""
    from matcher.language import load_or_train
    from seeds.phrases import kind_names, phrases

    embedder = embeddings(found)
    kept = found.instance / ("reader-embeddings.npz" if embedder else "reader.npz")
    with suppress(OSError):  # without its cache it is only slower
        found.instance.mkdir(parents=True, exist_ok=True)
    if not kept.exists():
        say("Learning to read, once …")
    return load_or_train(phrases(), kind_names(), kept, embedder)


def embeddings(found: Settings) -> "Embedder | None":
    """Open the operator's sentence embeddings, if there are any."""
    from matcher.language import Embedder, EmbeddingsError

    try:
        return Embedder(found.embeddings) if found.embeddings else None
    except EmbeddingsError as error:
        raise Problem(f"NOABER_EMBEDDINGS: {error}", 2) from error


def application() -> Any:
    """Give the WSGI application, for any server: ``gunicorn 'noaber:application()'``."""
    from web import create_app
    from web.runtime import start

    found = _sound(settings())
    return create_app(start(found, reader(found)))


def _sound(found: Settings) -> Settings:
    """Refuse settings that no real site may run on."""
    from models.operations.checks import problems

    if found.production and (faults := problems(found)):
        raise Problem("\n".join(faults))
    return found


# The commands


def migrate(_given: argparse.Namespace) -> int:
    """Bring the database to the present tables."""
    from models import opening

    engine = opening.open_database(Settings.from_env(), migrated=False)
    say("Migrating …")
    print("migrated" if opening.migrate(engine) else "nothing to migrate")
    return 0


def seed(given: argparse.Namespace) -> int:
    """Load the reference data, and the invented community where asked."""
    from models.opening import open_database
    from seeds import reference_data
    from seeds.places import PlacesError, read_postcodes

    found = settings()
    if given.demo and found.production:
        raise Problem("The invented community has no place on a real site (NOABER_ENV=production).")
    say("Loading the reference data …")
    try:
        finer = read_postcodes(Path(given.postcodes)) if given.postcodes else []
    except PlacesError as error:
        raise Problem(f"{given.postcodes}: {error}", 2) from error
    engine = open_database(found)
    print(f"{reference_data.load(engine, finer)} postcodes changed")
    if given.demo:
        loaded = _load_demo(engine, found)
        print("the invented community is loaded" if loaded else "the invented community is there already")
    return 0


def _load_demo(engine: "Engine", found: Settings) -> bool:
    from seeds import demo

    say("Looking after the invented community …")
    return demo.load(engine, reader(found), found, now=datetime.now(UTC), progress=say)


def serve(given: argparse.Namespace) -> int:
    """Run the site alone."""
    from models.opening import open_database
    from web.server import run

    open_database(_sound(settings())).dispose()
    return run(application, host=given.host, port=given.port, workers=given.workers)


def worker(given: argparse.Namespace) -> int:
    """Run the jobs alone; with --once what is due at a moment."""
    from jobs import worker as jobs
    from models.candidates import Candidates
    from models.opening import open_database

    if given.now and not given.once:
        raise Problem("--now goes with --once.", 2)
    at = read_now(given.now)
    found = _sound(settings())
    if found.production and given.now:
        raise Problem("--now is refused in production: reminders would go out at the wrong time.")
    candidates = Candidates(open_database(found), reader(found))
    if not given.once:
        jobs.run(found, candidates)
        return 0
    done = jobs.once(found, at, candidates)
    for name, times in {**done.rules, **{f"messages {how}": n for how, n in done.messages.items()}}.items():
        print(f"{name}: {times}")
    return 0


def up(given: argparse.Namespace) -> int:
    """Run site and worker together, on a database that is brought up first."""
    from models import opening
    from seeds import reference_data
    from web.server import refuse_taken
    from web.together import run_both

    refuse_taken(given.host, given.port)
    # So that the links in the messages lead to where it runs.
    os.environ.setdefault("NOABER_BASE_URL", f"http://{given.host}:{given.port}")
    found = _sound(settings())
    embeddings(found)  # what is wrong with them is told before anything is made
    engine = opening.open_database(found, migrated=False)
    say("Preparing the database …")
    opening.migrate(engine)
    reference_data.load(engine, [])
    if found.demo:
        _load_demo(engine, found)
        logging.getLogger("jobs").setLevel(logging.WARNING)  # what was sent can be read on a page
    reader(found)  # learnt once, before three processes want it
    engine.dispose()
    return run_both(main, given.host, given.port, found)


def check(_given: argparse.Namespace) -> int:
    """Say what is wrong with the settings."""
    from jobs.channels.choosing import channel_for
    from models.opening import open_database
    from models.operations.checks import problems

    found = settings()
    faults = problems(found)
    for attempt in (
        lambda: open_database(found, migrated=False).connect().close(),
        lambda: channel_for(found, lambda: datetime.now(UTC)) if found.smtp_url else None,
        lambda: embeddings(found),
    ):
        try:
            attempt()
        except Exception as error:
            faults.append(explain(error)[0])
    for fault in faults:
        print(fault, file=sys.stderr)
    if not faults:
        print("all well")
    return 1 if faults else 0


def routes(given: argparse.Namespace) -> int:
    """List every address of the site, with its method and who may use it."""
    from web.routes import table

    rows = table(application())
    if given.json:
        print(json.dumps(rows, indent=1))
    else:
        for row in rows:
            print(f"{row['method']:6} {row['access']:28} {row['path']}")
    return 0


def rank(given: argparse.Namespace) -> int:
    """Rank volunteers for each request of a file, or requests for each volunteer."""
    from matcher.casefile import rank_file
    from models.reasons import render_both
    from seeds.phrases import taxonomy

    kinds = taxonomy()
    names = {"nl": {kind.slug: kind.nl for kind in kinds}, "en": {kind.slug: kind.en for kind in kinds}}
    options = {"top": given.top, "direction": given.direction, "show_excluded": given.show_excluded}
    return _on_file(given, partial(rank_file, sentences=partial(render_both, names=names), **options))


def assign(given: argparse.Namespace) -> int:
    """Assign volunteers to the requests of a file, optimally."""
    from matcher.casefile import assign_file

    return _on_file(given, partial(assign_file, top=given.top))


def _on_file(given: argparse.Namespace, run: Callable[..., None]) -> int:
    from matcher.casefile import CaseError

    if not given.output.parent.is_dir():
        raise Problem(f"{given.output.parent}: no such folder")
    try:
        run(
            given.input,
            given.output,
            reader=reader(Settings.from_env()),
            progress=progress,
            **_known(),
        )
    except CaseError as error:
        raise Problem(str(error), 2) from error
    return 0


def _known() -> dict[str, Any]:
    """The kinds and places that a case may name."""
    from seeds.phrases import taxonomy
    from seeds.places import SHIPPED, read_postcodes

    return {
        "kinds": [kind.slug for kind in taxonomy()],
        "postcodes": {row.postcode: (row.lat, row.lon) for row in read_postcodes(SHIPPED)},
    }


def evaluate(given: argparse.Namespace) -> int:
    """Measure the matcher on a case that people judged."""
    from matcher import evaluation
    from matcher.strict import CaseError

    known = _known()
    try:
        judged = evaluation.read_judged(given.case, **known)
    except CaseError as error:
        raise Problem(str(error), 2) from error
    chosen = Settings.from_env()
    if given.embeddings:
        chosen = replace(chosen, embeddings=given.embeddings)
    found = evaluation.evaluate(judged, reader(chosen), kinds=known["kinds"], compare=given.compare, progress=progress)
    if given.json:
        print(json.dumps({name: {style: asdict(row) for style, row in rows.items()} for name, rows in found.items()}))
    else:
        print("\n".join(evaluation.table(found)))
    return 0


def weights(given: argparse.Namespace) -> int:
    """Show how the score is made."""
    from matcher import DEFAULT_WEIGHTS

    shown: dict[str, Any] = DEFAULT_WEIGHTS.as_dict()
    print(json.dumps(shown) if given.json else "\n".join(f"{k:14} {v}" for k, v in shown["weights"].items()))
    return 0


def mail(given: argparse.Namespace) -> int:
    """Show every message with invented people, in every language, by day and by night; no database is opened."""
    from models import themes
    from models.catalogue import available_languages
    from seeds import previews
    from web.server import refuse_taken

    for name, known in (("language", available_languages()), ("theme", themes.SHIPPED)):
        if (typed := getattr(given, name)) not in known:
            raise Problem(f"--{name} {typed}: one of {', '.join(known)}", 2)
    if not given.output:
        refuse_taken("127.0.0.1", given.port, by_make=False)
    say("Writing the messages …")
    made = previews.letters(datetime.now(UTC), given.theme)
    found = previews.pages(made, language=given.language, theme=given.theme)
    if given.output:
        previews.write(found, given.output)
        return 0
    with suppress(KeyboardInterrupt), previews.serve(found, given.port) as server:
        print(f"Every message stands on http://127.0.0.1:{server.server_port}  (Ctrl-C stops it)", flush=True)
        server.serve_forever()
    return 0


# What can be typed


def _parser() -> argparse.ArgumentParser:
    parser = Parser(
        prog="noaber",
        description="Brings residents who need a hand together with volunteers nearby.",
        epilog="Example: noaber up --port 8000",
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def add(name: str, run: Command, example: str) -> argparse.ArgumentParser:
        words = (run.__doc__ or "").split("\n")[0]
        found = commands.add_parser(name, help=words, description=words, epilog=f"Example: {example}")
        found.set_defaults(run=run)
        return found

    listening(add("up", up, "noaber up --port 8000"))
    serving = add("serve", serve, "noaber serve --host 127.0.0.1 --port 8000")
    listening(serving)
    serving.add_argument("--workers", type=whole(99), default=2, metavar="N", help="processes (2)")
    working = add("worker", worker, "noaber worker --once --now 2026-11-24T09:00")
    working.add_argument("--once", action="store_true", help="do what is due, then end")
    working.add_argument("--now", metavar="MOMENT", help="as if it were this moment (local time); not in production")
    add("migrate", migrate, "noaber migrate")
    seeding = add("seed", seed, "noaber seed --demo")
    seeding.add_argument("--demo", action="store_true", help="the invented community too; not in production")
    seeding.add_argument("--postcodes", metavar="FILE.csv", help="finer postcodes: postcode,place,lat,lon")
    add("check", check, "noaber check")
    add("routes", routes, "noaber routes --json").add_argument("--json", action="store_true", help="as JSON")
    ranking = add("rank", rank, "noaber rank --input case.json --output ranked.json --top 10")
    files(ranking)
    ranking.add_argument("--top", type=whole(), default=20, metavar="K", help="candidates for each (20)")
    ranking.add_argument("--direction", choices=("volunteers", "requests"), default="volunteers", help="who is ranked")
    ranking.add_argument("--show-excluded", action="store_true", help="who does not fit, and why")
    assigning = add("assign", assign, "noaber assign --input case.json --output assigned.json")
    files(assigning)
    assigning.add_argument("--top", type=whole(), metavar="K", help="only the best K of each request")
    measuring = add("evaluate", evaluate, "noaber evaluate case.json --compare")
    measuring.add_argument("case", type=Path, metavar="CASE.json", help="noaber.match/1 with judgements")
    measuring.add_argument("--compare", action="store_true", help="beside BM25 and TF-IDF")
    measuring.add_argument("--embeddings", type=Path, metavar="FOLDER", help="read with these, as NOABER_EMBEDDINGS")
    measuring.add_argument("--json", action="store_true", help="as JSON")
    weighing = add("weights", weights, "noaber weights show --json")
    weighing.add_argument("what", choices=("show",), help="all of them")
    weighing.add_argument("--json", action="store_true", help="as JSON")
    mailing(add("mail", mail, "noaber mail preview --port 8010"))
    return parser


if __name__ == "__main__":
    sys.exit(main())
