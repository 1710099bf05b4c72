// Numbers and times as people read them.

export const milliseconds = (value: number | undefined): string =>
  value === undefined
    ? "–"
    : value < 10_000
      ? `${Math.round(value).toLocaleString()} ms`
      : `${(value / 1000).toLocaleString(undefined, { maximumFractionDigits: 1 })} s`;

export const count = (value: number | undefined): string => value?.toLocaleString() ?? "–";

export const bytes = (value: number): string =>
  value < 1024
    ? `${value} B`
    : value < 1024 ** 2
      ? `${(value / 1024).toFixed(1)} KiB`
      : `${(value / 1024 ** 2).toFixed(1)} MiB`;

/** Three digits that matter: costs of a call are small. */
export const money = (amount: number, currency: string): string =>
  `${amount === 0 ? "0" : amount.toLocaleString(undefined, { maximumSignificantDigits: 3 })} ${currency}`;
