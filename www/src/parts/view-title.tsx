// The head of a view that makes one thing at a time: its title, and how its work stands, told to screen readers as it
// changes. Its ids begin with the view's name.

export function ViewTitle({ view, title, status }: { view: string; title: string; status: string }) {
  return (
    <div class="title">
      <h2 id={`${view}-title`}>{title}</h2>
      <p role="status" class="quiet" id={`${view}-status`}>
        {status}
      </p>
    </div>
  );
}
