"""What the working tree is compared with: a Git revision, a rendered folder, an exported Pulumi state."""
