// Pastes the file of its own data-file (base64) into the prompt, in the page's own scope: Firefox makes no ClipboardEvent
// with files for a script, so an event has them as a member.

{
  const bytes = Uint8Array.from(atob(document.currentScript.dataset.file), (character) => character.charCodeAt(0));
  const data = new DataTransfer();
  data.items.add(new File([bytes], "given.png", { type: "image/png" }));
  const event = new Event("paste", { bubbles: true, cancelable: true });
  Object.defineProperty(event, "clipboardData", { value: data });
  document.querySelector("#prompt").dispatchEvent(event);
}
