"""What every network's training needs: steps, ranks, runs, files, photographs, and a frozen network that judges."""
