const find = id => document.getElementById(id);
const paper = find("paper"), pen = paper.getContext("2d"), answer = find("answer");
const position = { x: paper.width / 2, y: paper.height / 2 };
let isPenDown = false, request = null, key = "";

const bars = Array.from({ length: 10 }, (_, digit) => {
  const item = document.createElement("li");
  const [name, bar, value] = ["name", "bar", "value"].map(kind => {
    const part = document.createElement(kind === "bar" ? "div" : "span");
    part.className = kind;
    return part;
  });
  bar.setAttribute("aria-hidden", "true");
  const fill = bar.appendChild(document.createElement("div"));
  name.textContent = digit;
  item.append(name, bar, value);
  find("scores").append(item);
  return { item, fill, value };
});

function clear() {
  request?.abort();
  pen.setTransform(1, 0, 0, 1, 0, 0);
  pen.fillStyle = "#fff";
  pen.fillRect(0, 0, paper.width, paper.height);
  pen.strokeStyle = "#111";
  pen.lineWidth = paper.width / 16;
  pen.lineCap = pen.lineJoin = "round";
  isPenDown = false;
  show({ words: "Nothing to read yet." });
}

function show({ status = "empty", digit = "–", words, scores = [], seen = null, time = "" }) {
  answer.dataset.status = status;
  find("digit").textContent = digit;
  find("digit").className = digit.length > 2 ? "long" : "";
  find("words").textContent = words;
  find("time").textContent = time;
  const most = Math.max(...scores);
  bars.forEach(({ item, fill, value }, i) => {
    const score = scores[i] ?? 0;
    fill.style.width = `${100 * score}%`;
    value.textContent = scores.length > 0 ? `${(100 * score).toFixed(1)} %` : "";
    item.className = score > 0 && score === most ? "first" : "";
  });
  const canvas = find("seen"), image = canvas.getContext("2d").createImageData(28, 28);
  for (let i = 0; i < 784; i++) image.data.set(Array(3).fill(seen?.charCodeAt(i) ?? 0).concat(255), 4 * i);
  canvas.getContext("2d").putImageData(image, 0, 0);
}

/** Sends a picture to the server and shows its answer. A newer picture replaces an older one that is on its way. */
async function read(picture) {
  request?.abort();
  const { signal } = (request = new AbortController());
  const start = performance.now();
  try {
    const row = await post(picture, "pixels=true", signal);
    const time = `Answered in ${Math.round(performance.now() - start)} ms`;
    const scores = row.digit === null ? [] : bars.map((_, digit) => row[`p${digit}`]);
    const seen = row.pixels && atob(row.pixels);
    let digit = row.digit === null ? "–" : String(row.digit);
    if (row.reason === "several digits") {
      const { lines } = await post(picture, "all=true", signal);
      if (lines.length > 0) digit = lines.join("\n");
    }
    show({ status: row.status, digit, words: describe(row), scores, seen, time });
  } catch (error) {
    if (error.name !== "AbortError") show({ status: "error", words: error.message });
  }
}

async function post(picture, query, signal) {
  let response;
  try {
    const headers = key ? { Authorization: `Bearer ${key}` } : {};
    response = await fetch(`/digits?${query}`, { method: "POST", body: picture, headers, signal });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Error("The server can't be reached. Check that it runs, then try again.");
  }
  const body = await response.json().catch(() => ({}));
  if (response.ok) return body;
  if (response.status === 401) {
    key = await askKey();
    return post(picture, query, signal);
  }
  if (response.status === 413) throw new Error("The picture is too large for this server.");
  throw new Error(body.error ?? `The server answered with status ${response.status}.`);
}

function askKey() {
  const dialog = find("unlock");
  find("key").value = "";
  dialog.showModal();
  return new Promise((resolve, reject) => dialog.addEventListener("close", () => find("key").value
    ? resolve(find("key").value)
    : reject(new Error("The server answers only with its API key.")), { once: true }));
}

function describe(row) {
  switch (row.status) {
    case "ok": return `This is a ${row.digit}.`;
    case "uncertain": return row.reason === "several digits"
      ? "There are several digits."
      : `Uncertain. It may be a ${row.digit}, or not a digit.`;
    case "blank": return "There is no ink on the picture.";
    default: return row.error;
  }
}

/** Shows a picture on the paper and reads its file as it is. */
async function open(file) {
  if (!file) return;
  clear();
  try {
    const bitmap = await createImageBitmap(file);
    const scale = Math.min(paper.width / bitmap.width, paper.height / bitmap.height);
    const [width, height] = [bitmap.width * scale, bitmap.height * scale];
    pen.drawImage(bitmap, (paper.width - width) / 2, (paper.height - height) / 2, width, height);
  } catch {
    // The server says what is wrong with a file that the browser can't show, or reads it all the same.
  }
  await read(file);
}

const readPaper = () => paper.toBlob(read, "image/png");

function moveTo(x, y) {
  if (isPenDown) {
    pen.beginPath();
    pen.moveTo(position.x, position.y);
    pen.lineTo(x, y);
    pen.stroke();
  }
  Object.assign(position, { x, y });
}

function follow(event) {
  const box = paper.getBoundingClientRect();
  for (const { clientX, clientY } of event.getCoalescedEvents?.() ?? [event])
    moveTo((clientX - box.left) * paper.width / box.width, (clientY - box.top) * paper.height / box.height);
}

paper.addEventListener("pointerdown", event => {
  if (event.button !== 0) return;
  paper.setPointerCapture(event.pointerId);
  follow({ clientX: event.clientX, clientY: event.clientY });
  isPenDown = true;
  moveTo(position.x, position.y);
});
paper.addEventListener("pointermove", event => isPenDown && event.buttons && follow(event));
paper.addEventListener("pointerup", () => {
  if (!isPenDown) return;
  isPenDown = false;
  readPaper();
});
paper.addEventListener("pointercancel", () => isPenDown = false);

paper.addEventListener("keydown", event => {
  const step = paper.width / 32;
  const [x, y] = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key] ?? [0, 0];
  if (x !== 0 || y !== 0) {
    const within = value => Math.min(Math.max(value, step), paper.width - step);
    moveTo(within(position.x + x * step), within(position.y + y * step));
  } else if (event.key === " ") {
    isPenDown = !isPenDown;
    if (!isPenDown) readPaper();
  } else if (event.key === "Delete" || event.key === "Backspace") {
    clear();
  } else {
    return;
  }
  event.preventDefault();
});

find("clear").addEventListener("click", clear);
find("open").addEventListener("click", () => find("file").click());
for (const input of [find("file"), find("shot")]) {
  input.addEventListener("change", () => {
    open(input.files[0]);
    input.value = "";
  });
}

addEventListener("dragover", event => {
  event.preventDefault();
  paper.classList.add("dropping");
});
addEventListener("dragleave", () => paper.classList.remove("dropping"));
addEventListener("drop", event => {
  event.preventDefault();
  paper.classList.remove("dropping");
  open(event.dataTransfer.files[0]);
});
addEventListener("paste", event => open(event.clipboardData.files[0]));

const viewfinder = find("viewfinder"), video = find("video");
find("camera").addEventListener("click", async () => {
  try {
    video.srcObject = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
    viewfinder.showModal();
  } catch {
    // A page without TLS has no access to the camera, but a phone takes a picture for a file input.
    find("shot").click();
  }
});
find("take").addEventListener("click", () => {
  const frame = document.createElement("canvas");
  [frame.width, frame.height] = [video.videoWidth, video.videoHeight];
  frame.getContext("2d").drawImage(video, 0, 0);
  frame.toBlob(open, "image/jpeg", 0.95);
  viewfinder.close();
});
find("cancel").addEventListener("click", () => viewfinder.close());
viewfinder.addEventListener("close", () => video.srcObject?.getTracks().forEach(track => track.stop()));

clear();
