"use client";
// The page: sends the conversation to /chat and shows the answer's words as they come. Stop, a new question and leaving
// the page end the request; what came of an answer stays, and beside it why it is not all.

import { useEffect, useRef, useState } from "react";
import { events } from "./answer.js";

export default function Page() {
  // `messages` is the conversation that has been answered, `turn` the question and answer that are on their way.
  const [messages, setMessages] = useState([]);
  const [turn, setTurn] = useState();
  const [trouble, setTrouble] = useState("");
  const running = useRef();

  useEffect(() => {
    const leave = () => running.current?.abort();
    // A page that is left is not gone: the browser keeps it for the way back, with what it is fetching.
    addEventListener("pagehide", leave);
    return () => {
      removeEventListener("pagehide", leave);
      leave();
    };
  }, []);

  async function ask(text, known) {
    running.current?.abort();
    const mine = new AbortController();
    running.current = mine;
    const asked = [...known, { role: "user", text }];
    let answer = "";
    setTrouble("");
    setMessages(known);
    setTurn({ question: text, answer });
    try {
      const response = await fetch("/chat", {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ messages: asked }),
        signal: mine.signal,
      });
      for await (const { data } of events(response)) {
        answer += data.delta?.text ?? "";
        if (running.current === mine) setTurn({ question: text, answer });
      }
    } catch (error) {
      // Who stopped it knows.
      if (!mine.signal.aborted) setTrouble(error.message);
    }
    // Another question has taken its place.
    if (running.current !== mine) return;
    running.current = undefined;
    // What came goes into the conversation, also of half an answer; a question without an answer does not.
    if (answer === "") return setTurn({ question: text, answer, ended: true });
    setMessages([...asked, { role: "assistant", text: answer }]);
    setTurn(undefined);
  }

  function submit(event) {
    event.preventDefault();
    const text = new FormData(event.currentTarget).get("question").trim();
    if (text === "") return;
    event.currentTarget.reset();
    // What there is of an answer that is still coming stays in the conversation.
    const before = turn?.answer
      ? [...messages, { role: "user", text: turn.question }, { role: "assistant", text: turn.answer }]
      : messages;
    ask(text, before);
  }

  const busy = turn !== undefined && !turn.ended;
  const shown = messages.map((message, at) => ({ ...message, key: `${at}` }));
  if (turn) {
    shown.push({ role: "user", text: turn.question, key: `${messages.length}` });
    shown.push({ role: "assistant", text: turn.answer, key: `${messages.length + 1}`, busy });
  }
  return (
    <>
      <div id="conversation" role="log" aria-label="Conversation">
        {shown.map(({ key, role, text, busy }) => (
          <p key={key} className={role} aria-busy={busy ?? false}>
            {text}
          </p>
        ))}
      </div>
      <p id="trouble" role="alert">
        {trouble}
      </p>
      <form onSubmit={submit}>
        <label htmlFor="question">Your question</label>
        <textarea id="question" name="question" rows={3} required />
        <button id="ask" type="submit">
          Ask
        </button>{" "}
        <button id="stop" type="button" disabled={!busy} onClick={() => running.current?.abort()}>
          Stop
        </button>
      </form>
    </>
  );
}
