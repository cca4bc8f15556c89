/** Route words that put one congestion control on every path; the kernel default differs from machine to machine. */
export const CUBIC = ["congctl", "cubic"] as const;
