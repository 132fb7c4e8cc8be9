"""What lies in landing: folders, archives and their members, and whose file each is."""
