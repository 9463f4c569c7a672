// The camera: shows its picture and hands its frames over, one at a time, to whoever reads them.

/** What can be asked of every camera; more pixels are not read better, and slower. */
const PICTURE = { width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 30 } };

export class Camera {
  /** @type {MediaStream | null} */ #stream = null;
  #facing = "environment";
  #light = false;
  /** Counts starts and stops, so that what belongs to an earlier start ends. */
  #run = 0;

  /**
   * @param {HTMLVideoElement} video
   * @param {(frame: ImageBitmap | VideoFrame) => Promise<void>} onFrame the next frame waits for it
   */
  constructor(video, onFrame) {
    this.video = video;
    this.onFrame = onFrame;
  }

  get isOn() {
    return this.#stream !== null;
  }

  /** Starts, or throws what `getUserMedia` throws. */
  async start() {
    this.#end();
    const run = this.#run;
    if (!navigator.mediaDevices?.getUserMedia) throw new DOMException("", "NotFoundError");
    const stream = await navigator.mediaDevices.getUserMedia({ audio: false, video: { ...PICTURE, facingMode: { ideal: this.#facing } } });
    if (run !== this.#run) return stopTracks(stream);
    this.#stream = stream;
    stream.getVideoTracks()[0].addEventListener("ended", () => this.stop());
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

  async switch() {
    this.#facing = this.#facing === "environment" ? "user" : "environment";
    await this.start();
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
    while (run === this.#run) {
      await nextFrame(this.video);
      if (run !== this.#run) return;
      if (this.video.videoWidth === 0) continue;
      const frame = "VideoFrame" in globalThis ? new VideoFrame(this.video) : await createImageBitmap(this.video);
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
