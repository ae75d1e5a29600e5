"""What happens when nobody clicks: one worker that delivers messages and does what is due."""
