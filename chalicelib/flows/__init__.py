"""One file per story; `ports.py` states what the stories need from the world."""
