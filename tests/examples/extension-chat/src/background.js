// The extension's background: the entry in the menu of a page's selected text. It sees the text only when somebody chooses
// that entry, hands it to the panel through the session's storage (memory, never a disk), and opens the panel. It has no
// permission to read a page.

const api = globalThis.browser ?? globalThis.chrome;
const MENU = "ask";

api.runtime.onInstalled.addListener(() => {
  api.contextMenus.create({ id: MENU, title: "Ask a model about this", contexts: ["selection"] });
});

api.contextMenus.onClicked.addListener(({ menuItemId, selectionText }, tab) => {
  if (menuItemId !== MENU) return;
  // First, as a browser opens it only in the moment of a click.
  const opened = api.sidePanel ? api.sidePanel.open({ windowId: tab.windowId }) : api.sidebarAction.open();
  opened.catch((error) => console.error(`the panel was not opened: ${error.message}`));
  // With the time, so that the same text chosen again is a change.
  api.storage.session.set({ selection: { text: selectionText ?? "", at: Date.now() } });
});

// A click on the extension's button opens the panel too.
if (api.sidePanel) api.sidePanel.setPanelBehavior({ openPanelOnActionClick: true });
else api.action.onClicked.addListener(() => api.sidebarAction.toggle());
