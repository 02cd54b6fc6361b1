"""Rules: what is known of packages beyond their metadata, in the declarative form of Project Thoth's prescriptions."""
