//! Where the texts and marks of an SVG lie.

/// A text of a picture with its box `[px]`.
#[derive(Clone, Debug)]
pub(crate) struct TextBox {
    pub(crate) text: String,
    pub(crate) left: f64,
    pub(crate) right: f64,
    pub(crate) top: f64,
    pub(crate) bottom: f64,
}

impl TextBox {
    /// Whether both have more than an edge in common.
    pub(crate) fn overlaps(&self, other: &TextBox) -> bool {
        self.left < other.right
            && other.left < self.right
            && self.top < other.bottom
            && other.top < self.bottom
    }
}

/// Width and height of a picture.
pub(crate) fn size(svg: &str) -> (f64, f64) {
    let head = svg.split('>').next().unwrap();
    (number(head, "width"), number(head, "height"))
}

/// Boxes of all texts but white ones, which are the rims of others. Widths are estimated, rather too small than too
/// large: only what surely overlaps is to be found.
pub(crate) fn texts(svg: &str) -> Vec<TextBox> {
    // The view box is finer than the size.
    const FINENESS: f64 = 20.0;
    let elements = svg.split("<text ").skip(1);
    elements
        .filter_map(|element| {
            let (head, rest) = element.split_once('>').unwrap();
            let text = rest.split("</text>").next().unwrap().trim().to_owned();
            let text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&");
            if head.contains("fill=\"#FFFFFF\"") {
                return None;
            }
            let (x, y) = (number(head, "x") / FINENESS, number(head, "y") / FINENESS);
            let height = number(head, "font-size") / FINENESS;
            let width = text.chars().map(share).sum::<f64>() * height;
            let before = match attribute(head, "text-anchor") {
                "start" => 0.0,
                "middle" => 0.5,
                _ => 1.0,
            };
            let upwards = head.contains("rotate(270");
            let half = 0.35 * height;
            let (left, right, top, bottom) = match upwards {
                false => (x - before * width, x + (1.0 - before) * width, y - half, y + half),
                true => (x - half, x + half, y - (1.0 - before) * width, y + before * width),
            };
            Some(TextBox { text, left, right, top, bottom })
        })
        .collect()
}

/// Width of a letter over its size, of narrow fonts.
fn share(c: char) -> f64 {
    match c {
        'i' | 'j' | 'l' | 'I' | ' ' | '.' | ',' | '·' => 0.25,
        '⁰'..='⁻' | '¹' | '²' | '³' | '₀'..='₎' => 0.35,
        _ => 0.5,
    }
}

fn attribute<'a>(head: &'a str, name: &str) -> &'a str {
    let from = head.find(&format!("{name}=\"")).unwrap_or_else(|| panic!("no {name} in {head}"));
    head[from..].split('"').nth(1).unwrap()
}

fn number(head: &str, name: &str) -> f64 {
    let padded = format!(" {head}");
    attribute(&padded, &format!(" {name}")).parse().unwrap()
}

/// Every text lies within the picture.
#[track_caller]
pub(crate) fn texts_are_within(svg: &str) {
    let (width, height) = size(svg);
    for text in texts(svg) {
        let inside = text.left >= 0.0 && text.right <= width && text.top >= 0.0 && text.bottom <= height;
        assert!(inside, "{text:?} sticks out of {width} x {height}");
    }
}

/// No text lies on another.
#[track_caller]
pub(crate) fn no_texts_overlap(svg: &str) {
    let texts = texts(svg);
    for (index, one) in texts.iter().enumerate() {
        for other in &texts[index + 1..] {
            assert!(!one.overlaps(other), "{one:?} lies on {other:?}");
        }
    }
}
