// Pastes the text of its own data-text into the field that data-into selects, in the page's own scope.

{
  const { text, into } = document.currentScript.dataset;
  const data = new DataTransfer();
  data.setData("text/plain", text);
  const event = new Event("paste", { bubbles: true, cancelable: true });
  Object.defineProperty(event, "clipboardData", { value: data });
  document.querySelector(into).dispatchEvent(event);
}
