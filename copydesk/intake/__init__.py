"""Files and folders into the same topics as everything else."""
