/** docs/rendered-examples.md is made from the tests of rendered documents; this says when they have drifted apart, and with --update writes it. */
import { expect, test } from "vitest";
import { examplesPage } from "./render/examples-page.js";

test("the page of rendered examples is current, and holds no secret", async () => {
  const page = examplesPage();
  expect(page).not.toContain("0123456789abcdef");
  await expect(page).toMatchFileSnapshot("../docs/rendered-examples.md");
});
