"""From judged to promoted: who asked, who approved, on which verdict."""
