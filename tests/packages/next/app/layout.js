// The frame that Next.js asks of every app.
export default ({ children }) => (
  <html lang="en">
    <head>
      <link rel="icon" href="data:," />
    </head>
    <body>{children}</body>
  </html>
);
