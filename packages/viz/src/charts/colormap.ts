/**
 * Sixteen colours from dark to light whose steps look equal, also without colour vision and in print.
 *
 * Source: van der Walt and Smith, viridis, 2015. https://bids.github.io/colormap/
 */
export const VIRIDIS: readonly string[] = [
  ...["#440154", "#481a6c", "#472f7d", "#414487", "#39568c", "#31688e", "#2a788e", "#23888e"],
  ...["#1f988b", "#22a884", "#35b779", "#54c568", "#7ad151", "#a5db36", "#d2e21b", "#fde725"],
];
