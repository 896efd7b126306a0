mod ages;
mod overload;
mod world;
