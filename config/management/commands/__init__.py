"""Commands that open the whole site: `demo` and `serve`."""
