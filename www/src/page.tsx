// Starts the page. Nothing is sent before the reader asks, but for the package's module, so that the first answer does
// not wait for it.

import { preload } from "outcrop";
import { render } from "preact";
import * as address from "./app/address.js";
import * as connection from "./app/connection.js";
import { stopAll } from "./app/run.js";
import * as theme from "./app/theme.js";
import { Shell } from "./shell/shell.js";

document.addEventListener("keydown", (event) => {
  // In a dialog Escape closes that.
  if (event.key === "Escape" && !document.querySelector("dialog[open]")) stopAll();
});

// Who calls first tries again, and is told.
preload().catch(() => {});
address.start();
theme.start();
const place = document.getElementById("app");
if (place) render(<Shell />, place);
await connection.start();
document.documentElement.dataset.ready = "true";
if (!connection.ready()) connection.open.value = true;
