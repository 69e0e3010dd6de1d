/**
 * Rows of docs/results.md that are cheap to run again: the command, what it prints, where the page has it, and how far the two may be
 * apart. Tolerances are those of rounding (another order of sums) or of the seeds that are left out.
 */
const toy = ["examples/gan-evidence/src/toy.ts", "--out", "runs/results"];
const gaussian = (level) => ({
  printed: new RegExp(`Gaussian, σ = ${String(level).replace(".", "\\.")} \\| [\\d.]+ \\| ([\\d.]+)`),
  read: (lines) => json(lines).find((row) => row.level === level)?.restored,
  tolerance: 0.15,
  unit: "dB",
});

export const ROWS = [
  {
    name: "ring-plain",
    command: [...toy, "--settings", "plain", "--seeds", "0,1,2"],
    // Three of the seeds: their mean lies within two standard errors of that of all.
    figures: [{ printed: /\| plain \| 2,000 \|[^|]*\|[^|]*\| ([\d.]+)/, read: highQuality, tolerance: 9, unit: "%" }],
  },
  {
    name: "pca-gaussians",
    command: ["examples/autoencoders/src/pca.ts", "--limit", "500", "--threads", "1"],
    data: true,
    figures: [
      {
        printed: /Gaussians: ([\d.]+)°/,
        read: (lines) => json(lines).find((row) => row.data === "gaussians")?.largestAngleDegrees,
        tolerance: 0.05,
        unit: "°",
      },
      {
        printed: /Gaussians: [\d.]+°, ([\d.]+)/,
        read: (lines) => json(lines).find((row) => row.data === "gaussians")?.errorOverPca,
        tolerance: 0.002,
        unit: "× PCA's",
      },
    ],
  },
  {
    name: "denoising-gaussian",
    command: [
      "examples/autoencoders/src/denoising.ts",
      "--kinds",
      "gaussian",
      "--threads",
      "1",
      "--out",
      "runs/results/denoising.png",
    ],
    data: true,
    figures: [0.1, 0.3, 0.5].map(gaussian),
  },
];

function json(lines) {
  return lines.filter((line) => line.startsWith("{")).map((line) => JSON.parse(line));
}

/** The mean of the shares that the toy's table ends its rows with: name, seed, modes, share, divergence, seconds. */
function highQuality(lines) {
  const shares = lines.flatMap((line) => {
    const cells = line.trim().split(/ {2,}/);
    return cells.length === 6 && /^\d+$/.test(cells[1]) ? [Number(cells[3])] : [];
  });
  return shares.length === 0 ? undefined : shares.reduce((sum, share) => sum + share, 0) / shares.length;
}
