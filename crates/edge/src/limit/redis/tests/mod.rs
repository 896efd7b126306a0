mod resp;
mod script;
mod ways;
