"""The `aurelius` command: one file a group, loaded when it is asked for."""
