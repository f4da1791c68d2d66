// What every page starts; a page's own script starts where its element is.
import { startCopy } from "./copy.js";
import { startDrafts } from "./drafts.js";
import { startFrame } from "./frame.js";
import { startLive } from "./live.js";
import { startPalette } from "./palette.js";
import { startPush } from "./push.js";
import { startQueue } from "./queue.js";
import { startRecord } from "./record.js";
import { startRefresh } from "./refresh.js";
import { startRows } from "./rows.js";
import { startTimes } from "./when.js";
import { startToasts } from "./toast.js";

startFrame();
startToasts();
startPalette();
startTimes();
startDrafts();
startCopy();
if (document.querySelector("[data-push-key]")) startPush();
if (document.querySelector("[data-queue]")) startQueue();
if (document.querySelector("[data-refresh]")) startRefresh();
if (document.querySelector("[data-rows], [data-minutes]")) startRows();
if (document.body.dataset.me) startRecord();
startLive();
document.documentElement.dataset.ready = "";
