// Tries what the page's policy forbids, in the page's own scope, and writes what came of it at the body.

document.body.dataset.inline = "refused";
document.body.append(
  Object.assign(document.createElement("script"), { textContent: 'document.body.dataset.inline = "ran"' }),
);
// In a task of its own: a driver may lift the ban while it runs its own scripts.
setTimeout(() => {
  try {
    document.body.dataset.evaluated = `${new Function("return true")()}`;
  } catch (error) {
    document.body.dataset.evaluated = error.name;
  }
});
