# Sourced: install_packages NAME… from Debian's packages, as root or through sudo.
install_packages() {
  as_root=""
  if [ "$(id -u)" != 0 ]; then
    command -v sudo >/dev/null || { echo "Please install as root: apt-get install $*" >&2; exit 1; }
    as_root="sudo"
  fi
  command -v apt-get >/dev/null || { echo "Please install: $*" >&2; exit 1; }
  # Somebody else's installation is waited for.
  $as_root apt-get -o DPkg::Lock::Timeout=300 update -qq
  $as_root env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 install -y -qq \
    --no-install-recommends "$@" >/dev/null
}
