"""Settings, addresses and start-up of the whole product; imports everyone, imported by no one."""
