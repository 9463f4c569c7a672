// The camera: shows its picture and hands its frames over, one at a time, to whoever reads them.

/** What can be asked of every camera; more pixels are not read better, and slower. */
const PICTURE = { width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 30 } };

/** After so many frames that could not be had the camera counts as lost. */
const MOST_FAILED = 30;

export class Camera {
  /** @type {MediaStream | null} */ #stream = null;
  #facing = "environment";
  #light = false;
  /** Counts starts and stops, so that what belongs to an earlier start ends. */
  #run = 0;

  /**
   * @param {HTMLVideoElement} video
   * @param {(frame: ImageBitmap | VideoFrame) => Promise<void>} onFrame the next frame waits for it; it never rejects
   */
  constructor(video, onFrame) {
    this.video = video;
    this.onFrame = onFrame;
  }

  get isOn() {
    return this.#stream !== null;
  }

  /** Starts, or throws what `getUserMedia` throws. What was on before is off then. */
  async start() {
    this.#end();
    const run = this.#run;
    if (!navigator.mediaDevices?.getUserMedia) throw new DOMException("", "NotFoundError");
    const stream = await navigator.mediaDevices.getUserMedia({ audio: false, video: { ...PICTURE, facingMode: { ideal: this.#facing } } });
    if (run !== this.#run) return stopTracks(stream);
    this.#stream = stream;
    stream.getVideoTracks()[0].addEventListener("ended", () => this.#lose(run));
    this.video.srcObject = stream;
    this.video.classList.toggle("mirrored", stream.getVideoTracks()[0].getSettings().facingMode === "user");
    await this.video.play();
    this.#look(run);
  }

  /** Stops, and tells the video element so. */
  stop() {
    this.#end();
    this.video.dispatchEvent(new Event("camerastop"));
  }

  /** It was unplugged or taken away. @param {number} run */
  #lose(run) {
    if (run !== this.#run) return;
    this.stop();
    this.video.dispatchEvent(new Event("cameralost"));
  }

  #end() {
    this.#run += 1;
    if (this.#stream) stopTracks(this.#stream);
    this.#stream = null;
    this.#light = false;
    this.video.srcObject = null;
  }

  /** Whether there is another camera to go to. */
  async hasOther() {
    const devices = await navigator.mediaDevices.enumerateDevices();
    return devices.filter((device) => device.kind === "videoinput").length > 1;
  }

  /** The next start takes the camera at the other side. */
  turn() {
    this.#facing = this.#facing === "environment" ? "user" : "environment";
  }

  get hasLight() {
    const track = this.#stream?.getVideoTracks()[0];
    return track !== undefined && "torch" in (track.getCapabilities?.() ?? {});
  }

  async toggleLight() {
    this.#light = !this.#light;
    await this.#stream?.getVideoTracks()[0].applyConstraints({ advanced: [/** @type {MediaTrackConstraintSet} */ ({ torch: this.#light })] });
  }

  /** @param {number} run */
  async #look(run) {
    let looked = 0;
    let failed = 0;
    while (run === this.#run) {
      await nextFrame(this.video);
      if (run !== this.#run) return;
      if (this.video.videoWidth === 0) continue;
      let frame;
      try {
        frame = "VideoFrame" in globalThis ? new VideoFrame(this.video) : await createImageBitmap(this.video);
        failed = 0;
      } catch {
        // One frame may be missing, as when a camera turns; not one after another.
        if (++failed >= MOST_FAILED) return this.#lose(run);
        continue;
      }
      await this.onFrame(frame);
      this.video.dataset.looked = String(++looked);
    }
  }
}

/** @param {HTMLVideoElement} video */
function nextFrame(video) {
  return new Promise((resolve) => {
    // The page may go into the background, where no frames are shown: then the camera rests, too.
    if ("requestVideoFrameCallback" in video) video.requestVideoFrameCallback(resolve);
    else requestAnimationFrame(resolve);
  });
}

/** @param {MediaStream} stream */
function stopTracks(stream) {
  for (const track of stream.getTracks()) track.stop();
}
