"""What takes longer than a page may: done by a process of its own, with the rows as its memory."""
