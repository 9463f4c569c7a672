//! Copies of images as a camera would take them: turned, in perspective, blurred, in uneven light, grainy.
//!
//! Every photo is made from its number alone, so a failure can be made again.

/// An image of grey: rows from the top left corner, 0 black to 255 white.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grey {
    /// Pixels in a row.
    pub width: usize,
    /// Rows.
    pub height: usize,
    /// `width * height` pixels.
    pub pixels: Vec<u8>,
}

/// What is done to an image.
#[derive(Clone, Copy, Debug)]
pub struct Camera {
    /// Width and height of the photo, in pixels.
    pub size: (usize, usize),
    /// The most the image is turned, in degrees, to either side.
    pub degrees: f64,
    /// The most a far side is shorter than its near one, as a part of it.
    pub perspective: f64,
    /// The standard deviation of the blur, in pixels.
    pub blur: f64,
    /// The standard deviation of the grain, in levels of grey.
    pub grain: f64,
    /// How bright the darkest corner of the photo is beside the brightest.
    pub darkest: f64,
    /// The part of the photo's shorter side that the image takes.
    pub filled: f64,
}

/// A telephone held over the paper by someone who knows what it is for.
pub const CAREFUL: Camera =
    Camera { size: (1280, 960), degrees: 15.0, perspective: 0.15, blur: 1.0, grain: 6.0, darkest: 0.45, filled: 0.72 };

/// The same in bad light, out of focus and from the side.
pub const HASTY: Camera = Camera { perspective: 0.25, blur: 1.6, grain: 14.0, darkest: 0.3, filled: 0.65, ..CAREFUL };

/// A camera of few pixels, such as that of a kiosk.
pub const COARSE: Camera = Camera { size: (800, 600), blur: 0.7, ..CAREFUL };

impl Camera {
    /// The photo of this number. What it depends on beside the number is the same for every image.
    #[must_use]
    pub fn photograph(&self, image: &Grey, number: u64) -> Grey {
        let mut random = Random::new(number);
        let (width, height) = (float(self.size.0), float(self.size.1));
        let (sine, cosine) = (self.degrees * random.either_side()).to_radians().sin_cos();
        let (tilt_x, tilt_y) = (self.perspective * random.either_side(), self.perspective * random.either_side());
        let (light_sine, light_cosine) = (core::f64::consts::PI * random.either_side()).sin_cos();
        let side = float(image.width.max(image.height));
        let scale = side / (self.filled * width.min(height));
        // Detail finer than a pixel of the photo runs together in it.
        let image = &blurred(image, 0.4 * (scale - 1.0).max(0.0));

        let mut sharp = Grey { width: self.size.0, height: self.size.1, pixels: Vec::new() };
        for (x, y) in (0..sharp.height).flat_map(|y| (0..self.size.0).map(move |x| (x, y))) {
            let (right, down) = ((float(x) + 0.5 - width / 2.0) * scale, (float(y) + 0.5 - height / 2.0) * scale);
            // One plane seen from another: lines stay straight, and the far side is smaller.
            let far = 1.0 + tilt_x * right / side + tilt_y * down / side;
            let (right, down) = (right / far, down / far);
            let column = right * cosine + down * sine + float(image.width) / 2.0;
            let row = down * cosine - right * sine + float(image.height) / 2.0;
            sharp.pixels.push(byte(image.between(column - 0.5, row - 0.5)));
        }
        let mut photo = blurred(&sharp, self.blur);
        for (place, grey) in photo.pixels.iter_mut().enumerate() {
            let (x, y) = (place % self.size.0, place / self.size.0);
            let (right, down) = (float(x) / width - 0.5, float(y) / height - 0.5);
            let along = (right * light_cosine + down * light_sine) / core::f64::consts::SQRT_2 + 0.5;
            let light = self.darkest + (1.0 - self.darkest) * along;
            // Ink is not black and paper not white.
            let ink = 30.0 + 0.82 * f64::from(*grey);
            *grey = byte(ink * light + self.grain * random.bell());
        }
        photo
    }
}

impl Grey {
    /// Decodes a PNG, flattened onto white.
    ///
    /// # Panics
    /// When it is none.
    #[must_use]
    pub fn from_png(bytes: &[u8]) -> Self {
        let mut decoder = png::Decoder::new(std::io::Cursor::new(bytes));
        decoder.set_transformations(png::Transformations::ALPHA | png::Transformations::STRIP_16);
        let mut reader = decoder.read_info().unwrap();
        let mut data = vec![0; reader.output_buffer_size().unwrap()];
        let frame = reader.next_frame(&mut data).unwrap();
        let channels = frame.color_type.samples();
        let pixels = data.chunks_exact(channels).map(|pixel| {
            let (alpha, colors) = pixel.split_last().unwrap();
            let grey = colors.iter().copied().map(u32::from).sum::<u32>() / u32::try_from(colors.len()).unwrap();
            u8::try_from((grey * u32::from(*alpha) + 255 * (255 - u32::from(*alpha))) / 255).unwrap()
        });
        let pixels = pixels.collect();
        Self { width: usize::try_from(frame.width).unwrap(), height: usize::try_from(frame.height).unwrap(), pixels }
    }

    /// Decodes a JPEG.
    ///
    /// # Panics
    /// When it is none.
    #[must_use]
    pub fn from_jpeg(bytes: &[u8]) -> Self {
        use zune_jpeg::zune_core::colorspace::ColorSpace;
        use zune_jpeg::zune_core::{bytestream::ZCursor, options::DecoderOptions};
        let options = DecoderOptions::default().jpeg_set_out_colorspace(ColorSpace::Luma);
        let mut decoder = zune_jpeg::JpegDecoder::new_with_options(ZCursor::new(bytes), options);
        let pixels = decoder.decode().unwrap();
        let (width, height) = decoder.dimensions().unwrap();
        Self { width, height, pixels }
    }

    /// Decodes either, told apart by the first bytes.
    ///
    /// # Panics
    /// When it is neither.
    #[must_use]
    pub fn from_image(bytes: &[u8]) -> Self {
        if bytes.starts_with(&[0xFF, 0xD8]) { Self::from_jpeg(bytes) } else { Self::from_png(bytes) }
    }

    /// As a PNG.
    ///
    /// # Panics
    /// When it has more than 2³² columns or rows.
    #[must_use]
    pub fn to_png(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        let side = |pixels: usize| u32::try_from(pixels).unwrap();
        let mut encoder = png::Encoder::new(&mut bytes, side(self.width), side(self.height));
        encoder.set_color(png::ColorType::Grayscale);
        encoder.set_compression(png::Compression::Fast);
        let mut writer = encoder.write_header().unwrap();
        writer.write_image_data(&self.pixels).unwrap();
        writer.finish().unwrap();
        bytes
    }

    /// The mean of the four pixels around a point, weighed by nearness. Around the image lies white.
    fn between(&self, x: f64, y: f64) -> f64 {
        let (left, top) = (x.floor(), y.floor());
        let at = |x: f64, y: f64| {
            let inside = (0.0..float(self.width)).contains(&x) && (0.0..float(self.height)).contains(&y);
            if inside { f64::from(self.pixels[index(y) * self.width + index(x)]) } else { 255.0 }
        };
        let (right_part, lower_part) = (x - left, y - top);
        let upper = at(left, top) * (1.0 - right_part) + at(left + 1.0, top) * right_part;
        let lower = at(left, top + 1.0) * (1.0 - right_part) + at(left + 1.0, top + 1.0) * right_part;
        upper * (1.0 - lower_part) + lower * lower_part
    }
}

/// Gaussian blur, rows first and then columns; pixels beyond the edge are as those on it.
fn blurred(image: &Grey, deviation: f64) -> Grey {
    if deviation <= 0.0 {
        return image.clone();
    }
    let reach = index((3.0 * deviation).ceil());
    let weights: Vec<f64> = (0..=reach).map(|at| (-0.5 * (float(at) / deviation).powi(2)).exp()).collect();
    let total = weights[0] + 2.0 * weights[1..].iter().sum::<f64>();
    // Filtering the rows and turning the image, twice.
    let mut turned = image.clone();
    for _ in 0..2 {
        let Grey { width, height, pixels } = turned;
        let mut next = vec![0; pixels.len()];
        for (y, row) in pixels.chunks_exact(width).enumerate() {
            for x in 0..width {
                let mut sum = weights[0] * f64::from(row[x]);
                for (at, weight) in weights.iter().enumerate().skip(1) {
                    let (left, right) = (row[x.saturating_sub(at)], row[(x + at).min(width - 1)]);
                    sum += weight * (f64::from(left) + f64::from(right));
                }
                next[x * height + y] = byte(sum / total);
            }
        }
        turned = Grey { width: height, height: width, pixels: next };
    }
    turned
}

/// Numbers that are the same in every run (SplitMix64).
struct Random(u64);

impl Random {
    fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// Evenly between 0 and 1.
    fn next(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        f64::from(u32::try_from((mixed ^ (mixed >> 31)) >> 32).unwrap()) / f64::from(u32::MAX)
    }

    /// Evenly between -1 and 1.
    fn either_side(&mut self) -> f64 {
        2.0 * self.next() - 1.0
    }

    /// Normally distributed around 0 with a deviation of 1, as far as the sum of four even ones is.
    fn bell(&mut self) -> f64 {
        (0..4).map(|_| self.either_side()).sum::<f64>() * (3.0_f64 / 4.0).sqrt()
    }
}

fn float(whole: usize) -> f64 {
    f64::from(u32::try_from(whole).unwrap())
}

#[allow(clippy::as_conversions, reason = "there is no other way from a float to an integer; callers pass small ones")]
fn index(number: f64) -> usize {
    number as usize
}

#[allow(clippy::as_conversions, reason = "there is no other way from a float to an integer; this one saturates")]
fn byte(grey: f64) -> u8 {
    (grey + 0.5) as u8
}
