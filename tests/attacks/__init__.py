"""What a tenant cannot do on a real API server with guards and admission policies, and what still works."""
