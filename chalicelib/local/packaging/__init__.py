"""What turns the sources into what is deployed: policies, Chalice's settings, the bundle. Never deployed itself."""
