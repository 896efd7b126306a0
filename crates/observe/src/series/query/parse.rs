//! From tokens to a question.

use super::error::QueryError;
use super::expr::{Aggregate, Binary, Expr, Function, Gather, Grouping, Op, Selector, Takes};
use super::lex::{Kind, Token, lex};
use super::matcher::Matchers;
use super::number;
use crate::series::select::NAME;

/// A question's length in bytes at most.
const BYTES_MAX: usize = 16 * 1024;
/// How deep its parts may lie in each other.
const DEPTH_MAX: u32 = 64;

/// Read a question.
pub fn parse(text: &str) -> Result<Expr, QueryError> {
    let mut parser = Parser::new(text)?;
    let expr = parser.binary(0)?;
    parser.end()?;
    Ok(expr)
}

/// Read what `match[]` holds: a selector alone.
pub fn parse_selector(text: &str) -> Result<Matchers, QueryError> {
    match parse(text)? {
        Expr::Vector(selector) if selector.offset_ms == 0 => Ok(selector.matchers),
        _ => Err(QueryError::Bad(format!(
            "match[]={text}: write a selector such as {{app=\"web\"}}"
        ))),
    }
}

struct Parser {
    tokens: std::vec::IntoIter<Token>,
    next: Option<Token>,
    end: usize,
    depth: u32,
}

type Parsed = Result<Expr, QueryError>;

impl Parser {
    fn new(text: &str) -> Result<Self, QueryError> {
        if text.len() > BYTES_MAX {
            return Err(QueryError::Bad(format!("a query has at most {BYTES_MAX} bytes")));
        }
        let mut tokens = lex(text)?.into_iter();
        let next = tokens.next();
        Ok(Parser { tokens, next, end: text.chars().count() + 1, depth: 0 })
    }

    fn take(&mut self) -> Option<Kind> {
        let taken = self.next.take().map(|token| token.kind);
        self.next = self.tokens.next();
        taken
    }

    fn at(&self) -> usize {
        self.next.as_ref().map_or(self.end, |token| token.at)
    }

    fn wrong<T>(&self, wanted: &str) -> Result<T, QueryError> {
        let found = match self.next.as_ref().map(|token| &token.kind) {
            None => "the end".into(),
            Some(Kind::Word(word)) => format!("{word:?}"),
            Some(Kind::Number(number)) => format!("the number {number}"),
            Some(Kind::Duration(ms)) => format!("a time of {ms} ms"),
            Some(Kind::Text(text)) => format!("the text {text:?}"),
            Some(Kind::Sign(sign)) => format!("{sign:?}"),
        };
        Err(QueryError::Syntax { at: self.at(), what: format!("expected {wanted}, found {found}") })
    }

    fn is_sign(&self, sign: &str) -> bool {
        matches!(&self.next, Some(Token { kind: Kind::Sign(next), .. }) if *next == sign)
    }

    fn is_word(&self, word: &str) -> bool {
        matches!(&self.next, Some(Token { kind: Kind::Word(next), .. }) if next.eq_ignore_ascii_case(word))
    }

    /// Take a sign if it comes next.
    fn sign(&mut self, sign: &str) -> bool {
        let is = self.is_sign(sign);
        if is {
            self.take();
        }
        is
    }

    fn word(&mut self, word: &str) -> bool {
        let is = self.is_word(word);
        if is {
            self.take();
        }
        is
    }

    fn need(&mut self, sign: &str) -> Result<(), QueryError> {
        if self.sign(sign) { Ok(()) } else { self.wrong(&format!("{sign:?}")) }
    }

    fn end(&self) -> Result<(), QueryError> {
        if self.next.is_none() { Ok(()) } else { self.wrong("the end or an operator") }
    }

    fn op(&self) -> Option<Op> {
        const WORDS: [(&str, Op); 3] = [("or", Op::Or), ("and", Op::And), ("unless", Op::Unless)];
        const SIGNS: [(&str, Op); 12] = [
            ("==", Op::Equal),
            ("!=", Op::NotEqual),
            ("<", Op::Less),
            ("<=", Op::LessOrEqual),
            (">", Op::More),
            (">=", Op::MoreOrEqual),
            ("+", Op::Add),
            ("-", Op::Subtract),
            ("*", Op::Multiply),
            ("/", Op::Divide),
            ("%", Op::Modulo),
            ("^", Op::Power),
        ];
        let words = WORDS.iter().find(|(word, _)| self.is_word(word));
        words.or_else(|| SIGNS.iter().find(|(sign, _)| self.is_sign(sign))).map(|(_, op)| *op)
    }

    /// Everything that binds more closely than `rank`.
    fn binary(&mut self, rank: u8) -> Parsed {
        self.depth += 1;
        if self.depth > DEPTH_MAX {
            return Err(QueryError::Bad(format!("a query has at most {DEPTH_MAX} levels")));
        }
        let mut left = self.unary()?;
        while let Some(op) = self.op().filter(|op| op.rank() > rank) {
            self.take();
            let bool = op.compares() && self.word("bool");
            let matching = self.matching()?;
            // `^` binds to the right.
            let right = self.binary(if op == Op::Power { op.rank() - 1 } else { op.rank() })?;
            left = self.pair(Binary { op, bool, matching, left, right })?;
        }
        self.depth -= 1;
        Ok(left)
    }

    fn pair(&self, pair: Binary) -> Parsed {
        let (left, right) = (pair.left.takes(), pair.right.takes());
        let wrong = if left == Takes::Range || right == Takes::Range {
            Some("an operator takes no series over a time: use rate(…) or another function of them")
        } else if pair.op.joins() && (left == Takes::Scalar || right == Takes::Scalar) {
            Some("and, or and unless take series on both sides")
        } else if pair.op.compares()
            && !pair.bool
            && left == Takes::Scalar
            && right == Takes::Scalar
        {
            Some("a comparison of numbers needs the word bool")
        } else {
            None
        };
        match wrong {
            Some(what) => Err(QueryError::Syntax { at: self.at(), what: what.into() }),
            None => Ok(Expr::Binary(Box::new(pair))),
        }
    }

    fn matching(&mut self) -> Result<Option<Grouping>, QueryError> {
        let matching = if self.word("on") {
            Some(Grouping::By(self.names()?))
        } else if self.word("ignoring") {
            Some(Grouping::Without(self.names()?))
        } else {
            None
        };
        for word in ["group_left", "group_right"] {
            if self.is_word(word) {
                return Err(QueryError::Unsupported(word.into()));
            }
        }
        Ok(matching)
    }

    fn unary(&mut self) -> Parsed {
        if self.sign("+") {
            return self.unary();
        }
        if !self.sign("-") {
            let primary = self.primary()?;
            return self.after(primary);
        }
        // As in arithmetic, -2^2 is -4.
        let of = self.binary(Op::Multiply.rank())?;
        let left = Expr::Number(-1.0);
        self.pair(Binary { op: Op::Multiply, bool: false, matching: None, left, right: of })
    }

    fn primary(&mut self) -> Parsed {
        match self.next.as_ref().map(|token| token.kind.clone()) {
            Some(Kind::Number(number)) => {
                self.take();
                Ok(Expr::Number(number))
            }
            Some(Kind::Sign("(")) => {
                self.take();
                let inner = self.binary(0)?;
                self.need(")")?;
                Ok(inner)
            }
            Some(Kind::Sign("{")) => self.selector(None),
            Some(Kind::Word(word)) => {
                self.take();
                self.named(word)
            }
            _ => self.wrong("a metric, a function or a number"),
        }
    }

    fn named(&mut self, word: String) -> Parsed {
        if let Some(op) = gather(&word)
            && (self.is_sign("(") || self.is_word("by") || self.is_word("without"))
        {
            return self.aggregate(op);
        }
        if self.is_sign("(") {
            return self.call(&word);
        }
        match number::named(&word) {
            Some(number) => Ok(Expr::Number(number)),
            None => self.selector(Some(word)),
        }
    }

    fn call(&mut self, word: &str) -> Parsed {
        let known = Function::ALL.iter().find(|(name, ..)| *name == word);
        let Some((_, function, takes)) = known else {
            return Err(QueryError::Unsupported(format!("the function {word}")));
        };
        self.need("(")?;
        let mut arguments = Vec::new();
        for (at, takes) in takes.iter().enumerate() {
            if at > 0 {
                self.need(",")?;
            }
            let argument = self.binary(0)?;
            if argument.takes() != *takes {
                let wanted = match takes {
                    Takes::Scalar => "a number",
                    Takes::Vector => "series at a moment",
                    Takes::Range => "series over a time, such as a[5m]",
                };
                let what = format!("{word}() takes {wanted} as argument {}", at + 1);
                return Err(QueryError::Syntax { at: self.at(), what });
            }
            arguments.push(argument);
        }
        self.need(")")?;
        Ok(Expr::Call(*function, arguments))
    }

    fn aggregate(&mut self, op: Gather) -> Parsed {
        let mut grouping = self.grouping()?;
        self.need("(")?;
        let first = self.binary(0)?;
        let (parameter, of) = if matches!(op, Gather::TopK | Gather::BottomK) {
            self.need(",")?;
            (Some(Box::new(first)), self.binary(0)?)
        } else {
            (None, first)
        };
        self.need(")")?;
        if grouping.is_none() {
            grouping = self.grouping()?;
        }
        let number = parameter.as_ref().is_none_or(|number| number.takes() == Takes::Scalar);
        if of.takes() != Takes::Vector || !number {
            let what = "an aggregation takes series at a moment (topk a number before them)".into();
            return Err(QueryError::Syntax { at: self.at(), what });
        }
        let grouping = grouping.unwrap_or(Grouping::By(Vec::new()));
        Ok(Expr::Aggregate(Aggregate { op, grouping, parameter, of: Box::new(of) }))
    }

    fn grouping(&mut self) -> Result<Option<Grouping>, QueryError> {
        if self.word("by") {
            return Ok(Some(Grouping::By(self.names()?)));
        }
        if self.word("without") {
            return Ok(Some(Grouping::Without(self.names()?)));
        }
        Ok(None)
    }

    fn names(&mut self) -> Result<Vec<String>, QueryError> {
        self.need("(")?;
        let mut names = Vec::new();
        while !self.sign(")") {
            let Some(Kind::Word(name)) = self.next.as_ref().map(|token| token.kind.clone()) else {
                return self.wrong("the name of a label");
            };
            self.take();
            names.push(name);
            if !self.is_sign(")") {
                self.need(",")?;
            }
        }
        Ok(names)
    }

    fn selector(&mut self, name: Option<String>) -> Parsed {
        let at = self.at();
        let mut matchers = Matchers::default();
        if let Some(name) = name {
            matchers.add(NAME, "=", name)?;
        }
        if self.sign("{") {
            while !self.sign("}") {
                self.matcher(&mut matchers)?;
                if !self.is_sign("}") {
                    self.need(",")?;
                }
            }
        }
        if !matchers.are_narrow() {
            let what =
                "a selector must leave out something: give a name or a label that is not empty";
            return Err(QueryError::Syntax { at, what: what.into() });
        }
        Ok(Expr::Vector(Selector { matchers, offset_ms: 0 }))
    }

    fn matcher(&mut self, matchers: &mut Matchers) -> Result<(), QueryError> {
        let Some(Kind::Word(label)) = self.next.as_ref().map(|token| token.kind.clone()) else {
            return self.wrong("the name of a label");
        };
        self.take();
        let sign = ["=", "!=", "=~", "!~"].into_iter().find(|sign| self.is_sign(sign));
        let Some(sign) = sign else { return self.wrong("=, !=, =~ or !~") };
        self.take();
        let Some(Kind::Text(value)) = self.next.as_ref().map(|token| token.kind.clone()) else {
            return self.wrong("a text in quotes");
        };
        self.take();
        matchers.add(&label, sign, value)
    }

    /// `[5m]` and `offset 5m`.
    fn after(&mut self, primary: Expr) -> Parsed {
        let mut expr = primary;
        if self.sign("[") {
            let ms = self.duration()?;
            if !self.is_sign("]") {
                return Err(QueryError::Unsupported("a subquery".into()));
            }
            self.take();
            expr = match expr {
                Expr::Vector(selector) if ms > 0 => Expr::Range(selector, ms),
                Expr::Vector(_) => {
                    return Err(QueryError::Bad("a range must be above zero".into()));
                }
                _ => {
                    return Err(QueryError::Unsupported(
                        "a range of anything but a selector".into(),
                    ));
                }
            };
        }
        if self.word("offset") {
            let sign = if self.sign("-") { -1 } else { 1 };
            let offset = i64::try_from(self.duration()?).unwrap_or(i64::MAX) * sign;
            match &mut expr {
                Expr::Vector(selector) | Expr::Range(selector, _) => selector.offset_ms = offset,
                _ => {
                    return Err(QueryError::Unsupported(
                        "offset of anything but a selector".into(),
                    ));
                }
            }
        }
        Ok(expr)
    }

    fn duration(&mut self) -> Result<u64, QueryError> {
        let Some(Kind::Duration(ms)) = self.next.as_ref().map(|token| token.kind.clone()) else {
            return self.wrong("a time such as 5m");
        };
        self.take();
        Ok(ms)
    }
}

fn gather(word: &str) -> Option<Gather> {
    Some(match word {
        "sum" => Gather::Sum,
        "avg" => Gather::Avg,
        "min" => Gather::Min,
        "max" => Gather::Max,
        "count" => Gather::Count,
        "group" => Gather::Group,
        "topk" => Gather::TopK,
        "bottomk" => Gather::BottomK,
        _ => return None,
    })
}
