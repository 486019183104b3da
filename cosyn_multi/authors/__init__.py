"""Who writes worlds, views, code and questions. Nothing that an author says is trusted."""
