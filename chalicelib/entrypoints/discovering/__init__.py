"""What `curfew discover` writes and says: schedule files, Terraform lines, a report."""
