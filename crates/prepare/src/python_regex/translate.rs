//! From Python's pattern syntax to the engine's.
//!
//! Groups are numbered, names never reach the engine; `^`, `$`, `.` and the classes are written out for the flags in
//! force, so that of all flags only `i` reaches it; verbose patterns lose their spaces and comments.

use super::class::{Alphabet, escaped, octal, push_class, push_literal};
use super::cursor::{Cursor, is_decimal, is_identifier, is_letter, is_octal};
use super::{Groups, PatternError};
use std::fmt::Write as _;

/// Groups in groups beyond this are refused: the reader calls itself for each.
const DEEPEST: usize = 100;

/// The flags in force at some place.
#[derive(Debug, Clone, Copy)]
struct Flags {
    alphabet: Alphabet,
    lines: Lines,
    dot: Dot,
    layout: Layout,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Lines {
    One,
    Many,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Dot {
    ButNewline,
    All,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Layout {
    Plain,
    Verbose,
}

/// What stands before a repetition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Before {
    /// Nothing that could be repeated.
    Nothing,
    Item,
    /// A look-around that begins at this byte of the translation: the engine does not repeat those.
    Look(usize),
    Repetition,
}

struct Translator<'p> {
    cursor: Cursor<'p>,
    to: String,
    groups: Groups,
    /// Groups whose `)` is yet to come: they cannot be referred to.
    open: Vec<usize>,
    depth: usize,
    before: Before,
}

/// The pattern for the engine, and its groups.
pub(super) fn translate(pattern: &str) -> Result<(String, Groups), PatternError> {
    let mut translator = Translator {
        cursor: Cursor::new(pattern),
        to: String::with_capacity(pattern.len() + 8),
        groups: Groups::default(),
        open: Vec::new(),
        depth: 0,
        before: Before::Nothing,
    };
    let (flags, case) = translator.global_flags()?;
    translator.alternatives(flags)?;
    if translator.cursor.peek().is_some() {
        translator.cursor.next();
        return Err(translator.cursor.error("a ) without its ("));
    }
    Ok((format!("(?{case}:{})", translator.to), translator.groups))
}

impl Translator<'_> {
    fn error<T>(&self, message: impl Into<String>) -> Result<T, PatternError> {
        Err(self.cursor.error(message))
    }

    /// `(?i)(?s)` at the start, for the whole pattern.
    fn global_flags(&mut self) -> Result<(Flags, &'static str), PatternError> {
        let mut flags =
            Flags { alphabet: Alphabet::Unicode, lines: Lines::One, dot: Dot::ButNewline, layout: Layout::Plain };
        let mut case = "";
        loop {
            self.skip_layout(flags);
            let mut ahead = self.cursor.clone();
            if !ahead.eat("(?") {
                return Ok((flags, case));
            }
            let letters = ahead.take(usize::MAX, is_letter);
            // `(?P` begins a group.
            if letters.is_empty() || letters.starts_with('P') || !ahead.eat(")") {
                return Ok((flags, case));
            }
            self.cursor = ahead;
            for letter in letters.chars() {
                if letter == 'i' { case = "i" } else { flags = self.switched_on(flags, letter)? }
            }
        }
    }

    fn switched_on(&self, mut flags: Flags, letter: char) -> Result<Flags, PatternError> {
        match letter {
            'a' => flags.alphabet = Alphabet::Ascii,
            'u' => flags.alphabet = Alphabet::Unicode,
            'm' => flags.lines = Lines::Many,
            's' => flags.dot = Dot::All,
            'x' => flags.layout = Layout::Verbose,
            'L' => return self.error("the flag L needs a bytes pattern; leave it out"),
            _ => return self.error(format!("unknown flag {letter}")),
        }
        Ok(flags)
    }

    fn switched_off(&self, mut flags: Flags, letter: char) -> Result<Flags, PatternError> {
        match letter {
            'm' => flags.lines = Lines::One,
            's' => flags.dot = Dot::ButNewline,
            'x' => flags.layout = Layout::Plain,
            _ => return self.error(format!("the flag {letter} cannot be turned off")),
        }
        Ok(flags)
    }

    /// Everything up to the end or the `)` of the group around.
    fn alternatives(&mut self, flags: Flags) -> Result<(), PatternError> {
        self.before = Before::Nothing;
        loop {
            self.skip_layout(flags);
            match self.cursor.peek() {
                None | Some(')') => return Ok(()),
                Some(_) => self.element(flags)?,
            }
        }
    }

    /// Steps over the spaces and comments of a verbose pattern.
    fn skip_layout(&mut self, flags: Flags) {
        if flags.layout == Layout::Plain {
            return;
        }
        while let Some(c) = self.cursor.peek() {
            if c == '#' {
                self.cursor.take(usize::MAX, |c| c != '\n');
            } else if " \t\n\r\u{b}\u{c}".contains(c) {
                self.cursor.next();
            } else {
                return;
            }
        }
    }

    fn element(&mut self, flags: Flags) -> Result<(), PatternError> {
        let Some(c) = self.cursor.next() else { return Ok(()) };
        match c {
            '|' => self.anchor("|"),
            '^' => self.anchor(if flags.lines == Lines::Many { "(?m:^)" } else { r"\A" }),
            '$' => self.anchor(if flags.lines == Lines::Many { "(?m:$)" } else { r"(?=\n?\z)" }),
            '.' => self.item(if flags.dot == Dot::All { "(?s:.)" } else { r"[^\n]" }),
            '[' => {
                push_class(&mut self.cursor, flags.alphabet, &mut self.to)?;
                self.before = Before::Item;
            }
            '(' => return self.group(flags),
            '*' | '+' | '?' => return self.repetition(&c.to_string()),
            '{' => match self.counts() {
                Some(counts) => return self.repetition(&counts),
                None => self.literal('{'),
            },
            '\\' => return self.escape(flags),
            _ => self.literal(c),
        }
        Ok(())
    }

    /// Appends what cannot be repeated.
    fn anchor(&mut self, text: &str) {
        self.to.push_str(text);
        self.before = Before::Nothing;
    }

    fn item(&mut self, text: &str) {
        self.to.push_str(text);
        self.before = Before::Item;
    }

    fn literal(&mut self, c: char) {
        push_literal(&mut self.to, c);
        self.before = Before::Item;
    }

    /// `{2}`, `{2,}`, `{,3}`, `{2,3}` after its `{`, as the engine writes it; anything else is plain text.
    fn counts(&mut self) -> Option<String> {
        let mut ahead = self.cursor.clone();
        let low = ahead.take(usize::MAX, is_decimal);
        let high = ahead.eat(",").then(|| ahead.take(usize::MAX, is_decimal));
        if !ahead.eat("}") || (low.is_empty() && high.is_none()) {
            return None;
        }
        self.cursor = ahead;
        let low = if low.is_empty() { "0" } else { &low };
        Some(high.map_or_else(|| format!("{{{low}}}"), |high| format!("{{{low},{high}}}")))
    }

    fn repetition(&mut self, text: &str) -> Result<(), PatternError> {
        let kind = ["?", "+"].into_iter().find(|kind| self.cursor.eat(kind)).unwrap_or_default();
        match self.before {
            Before::Nothing => return self.error("nothing to repeat"),
            Before::Repetition => return self.error("multiple repeat"),
            Before::Item => self.to.extend([text, kind]),
            Before::Look(start) if text == "*" || text == "?" || text.starts_with("{0") => {
                self.to.insert_str(start, if kind == "?" { "(?:|" } else { "(?:" });
                self.to.push_str(if kind == "?" { ")" } else { "|)" });
            }
            // Once is as good as many times.
            Before::Look(_) => {}
        }
        self.before = Before::Repetition;
        Ok(())
    }

    fn escape(&mut self, flags: Flags) -> Result<(), PatternError> {
        let Some(letter) = self.cursor.next() else { return self.error("a \\ with nothing after it") };
        if let Some(class) = flags.alphabet.class(letter) {
            self.item(&class);
            return Ok(());
        }
        match letter {
            'A' => self.anchor(r"\A"),
            'Z' => self.anchor(r"\z"),
            'b' | 'B' => self.word_edge(flags.alphabet, letter),
            '0' => {
                let c = octal(&mut self.cursor, letter)?;
                self.literal(c);
            }
            '1'..='9' => return self.number(letter),
            _ => {
                let c = escaped(&mut self.cursor, letter)?;
                self.literal(c);
            }
        }
        Ok(())
    }

    fn word_edge(&mut self, alphabet: Alphabet, letter: char) {
        const WORD: &str = "[0-9A-Za-z_]";
        match (alphabet, letter) {
            (Alphabet::Unicode, _) => self.anchor(&format!("\\{letter}")),
            (Alphabet::Ascii, 'b') => self.anchor(&format!("(?:(?<!{WORD})(?={WORD})|(?<={WORD})(?!{WORD}))")),
            (Alphabet::Ascii, _) => self.anchor(&format!("(?:(?<!{WORD})(?!{WORD})|(?<={WORD})(?={WORD}))")),
        }
    }

    /// `\1` to `\99` are what a group matched; three octal digits are a character.
    fn number(&mut self, first: char) -> Result<(), PatternError> {
        let mut ahead = self.cursor.clone();
        if first.is_digit(8) && ahead.take(2, is_octal).len() == 2 {
            let c = octal(&mut self.cursor, first)?;
            self.literal(c);
            return Ok(());
        }
        let digits = format!("{first}{}", self.cursor.take(1, is_decimal));
        let group = self.number_of(&digits)?;
        self.back_reference(group)
    }

    fn number_of(&self, digits: &str) -> Result<usize, PatternError> {
        match digits.parse() {
            Ok(number) if (1..=self.groups.count).contains(&number) => Ok(number),
            Ok(_) | Err(_) => self.error(format!("there is no group {digits} before this place")),
        }
    }

    fn closed(&self, group: usize) -> Result<(), PatternError> {
        if self.open.contains(&group) { self.error("a group cannot refer to itself") } else { Ok(()) }
    }

    fn back_reference(&mut self, group: usize) -> Result<(), PatternError> {
        self.closed(group)?;
        // The brackets keep a digit that follows apart.
        let _ = write!(self.to, "(?:\\{group})");
        self.before = Before::Item;
        Ok(())
    }

    /// A group whose `(` was just read.
    fn group(&mut self, flags: Flags) -> Result<(), PatternError> {
        if !self.cursor.eat("?") {
            return self.capture(flags);
        }
        for plain in [":", ">"] {
            if self.cursor.eat(plain) {
                return self.inside(&format!("(?{plain}"), flags);
            }
        }
        for look in ["=", "!", "<=", "<!"] {
            if self.cursor.eat(look) {
                let start = self.to.len();
                self.inside(&format!("(?{look}"), flags)?;
                self.before = Before::Look(start);
                return Ok(());
            }
        }
        if self.cursor.eat("#") {
            return self.cursor.until(')').map(drop);
        }
        if self.cursor.eat("P<") {
            return self.named(flags);
        }
        if self.cursor.eat("P=") {
            let name = self.cursor.until(')')?;
            let group = self.named_number(name)?;
            return self.back_reference(group);
        }
        if self.cursor.eat("(") {
            return self.condition(flags);
        }
        self.scoped_flags(flags)
    }

    fn capture(&mut self, flags: Flags) -> Result<(), PatternError> {
        self.groups.count += 1;
        let number = self.groups.count;
        self.open.push(number);
        self.inside("(", flags)?;
        self.open.pop();
        Ok(())
    }

    fn named(&mut self, flags: Flags) -> Result<(), PatternError> {
        let name = self.cursor.until('>')?;
        if !is_identifier(name) {
            return self.error(format!("bad group name `{name}`"));
        }
        if self.groups.names.insert(name.to_owned(), self.groups.count + 1).is_some() {
            return self.error(format!("the group name `{name}` stands twice"));
        }
        self.capture(flags)
    }

    fn named_number(&self, name: &str) -> Result<usize, PatternError> {
        match self.groups.names.get(name) {
            Some(number) => Ok(*number),
            None => self.error(format!("there is no group named `{name}` before this place")),
        }
    }

    /// `(?(1)yes|no)` or `(?(name)yes|no)` after its second `(`.
    fn condition(&mut self, flags: Flags) -> Result<(), PatternError> {
        let name = self.cursor.until(')')?;
        let decimal = !name.is_empty() && name.chars().all(is_decimal);
        let group = if decimal { self.number_of(name)? } else { self.named_number(name)? };
        self.inside(&format!("(?({group})"), flags)
    }

    /// `(?i:…)`, `(?s-i:…)` after its `?`.
    fn scoped_flags(&mut self, mut flags: Flags) -> Result<(), PatternError> {
        let on = self.cursor.take(usize::MAX, is_letter);
        let off = if self.cursor.eat("-") { self.cursor.take(usize::MAX, is_letter) } else { String::new() };
        if on.is_empty() && off.is_empty() {
            self.cursor.next();
            return self.error("unknown kind of group after (?");
        }
        if self.cursor.eat(")") {
            return self.error("flags for the whole pattern stand at its start");
        }
        if !self.cursor.eat(":") {
            return self.error("missing : after the flags of a group");
        }
        let mut case = "";
        for letter in on.chars() {
            if letter == 'i' { case = "i" } else { flags = self.switched_on(flags, letter)? }
        }
        for letter in off.chars() {
            if letter == 'i' { case = "-i" } else { flags = self.switched_off(flags, letter)? }
        }
        self.inside(&format!("(?{case}:"), flags)
    }

    /// The inside of a group that the engine begins with `opening`, and its `)`.
    fn inside(&mut self, opening: &str, flags: Flags) -> Result<(), PatternError> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return self.error(format!("more than {DEEPEST} groups inside each other"));
        }
        self.to.push_str(opening);
        self.alternatives(flags)?;
        if !self.cursor.eat(")") {
            return self.error("missing ), a group is not closed");
        }
        self.depth -= 1;
        self.to.push(')');
        self.before = Before::Item;
        Ok(())
    }
}
