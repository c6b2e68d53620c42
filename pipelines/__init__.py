"""What runs, and when: definitions, jobs, schedules, sensors and the command line."""
