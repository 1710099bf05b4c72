// The frame that Next.js asks of every app.
import "./chat.css";

export const metadata = { title: "Chat", icons: "data:," };

export default function Layout({ children }) {
  return (
    <html lang="en">
      <body>
        <header>
          <h1>Chat</h1>
        </header>
        <main>{children}</main>
      </body>
    </html>
  );
}
