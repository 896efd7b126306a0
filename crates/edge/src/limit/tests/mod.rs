mod headers;
mod key;
mod pace;
mod table;
