mod resp;
mod script;
