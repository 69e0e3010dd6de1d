/** A number for people: four significant digits, thousands apart, powers of ten beyond 10⁻⁴ and 10⁷. */
export function formatNumber(value: number): string {
  if (value === 0) return "0";
  if (Number.isNaN(value)) return "not a number";
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "−∞";
  const size = Math.abs(value);
  const text =
    size < 1e-4 || size >= 1e7
      ? powerOfTen(value)
      : value.toLocaleString(
          "en-US",
          Number.isInteger(value) ? {} : { maximumSignificantDigits: size >= 1000 ? 5 : 4 },
        );
  return text.replace("-", "−");
}

const SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹";

function powerOfTen(value: number): string {
  const [digits, exponent] = value.toExponential(2).split("e") as [string, string];
  const raised = [...exponent.replace("+", "")].map((c) => (c === "-" ? "⁻" : SUPERSCRIPTS[Number(c)]!)).join("");
  const factor = String(Number(digits));
  return factor === "1" ? `10${raised}` : `${factor}·10${raised}`;
}
