"""How fast, as ratios: each figure stands beside a floor or a peer of the same minutes on the same machine."""
