mod faults;
mod index;
mod life;
mod purges;
mod site;
