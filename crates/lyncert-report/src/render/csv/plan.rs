//! The table of certificates to request.

use std::io::{self, Write};

use serde::Serialize;

use super::cell::{Cell, cell, list, optional, yes_no};
use super::write_table;
use crate::model::{AddedBy, OrderRow, Plan, WizardRow};

#[derive(Default, Serialize)]
struct Row {
    estate: Cell,
    order: Cell,
    holder: Cell,
    usages: Cell,
    install_on: Cell,
    subject: Cell,
    names: Cell,
    names_by_hand: Cell,
    also_accepted: Cell,
    eku: Cell,
    ca: Cell,
    key_algorithm: Cell,
    key_bits: Cell,
    exportable: Cell,
    friendly_name: Cell,
    attention: Cell,
    wizard_names: Cell,
    wizard_names_all_domains_ticked: Cell,
    wizard_lacks: Cell,
    wizard_lacks_all_domains_ticked: Cell,
    wizard_surplus: Cell,
    name_count: Cell,
    san_octets: Cell,
}

/// One row a certificate to request.
///
/// # Errors
///
/// Those of the sink.
pub fn write(plan: &Plan, sink: &mut dyn Write) -> io::Result<()> {
    write_table(plan.orders.iter().map(|order| row(plan, order)), sink)
}

fn row(plan: &Plan, order: &OrderRow) -> Row {
    let wizard = |names: fn(&WizardRow) -> &Vec<String>| list(order.wizard.iter().flat_map(names));
    let by_hand = order.names.iter().filter(|name| name.added_by == AddedBy::Person);
    Row {
        estate: cell(&plan.estate),
        order: cell(&order.id),
        holder: cell(&order.holder),
        usages: list(&order.usages),
        install_on: list(&order.install_on),
        subject: cell(format_args!("CN={}", order.subject)),
        names: list(order.names.iter().map(|name| &name.name)),
        names_by_hand: list(by_hand.map(|name| &name.name)),
        also_accepted: list(&order.also_accepted),
        eku: list(&order.eku),
        ca: cell(order.ca()),
        key_algorithm: cell(&order.key.algorithm),
        key_bits: cell(order.key.bits),
        exportable: yes_no(order.key.exportable),
        friendly_name: cell(&order.friendly_name),
        attention: list(order.attention_texts()),
        wizard_names: wizard(|wizard| &wizard.names),
        wizard_names_all_domains_ticked: wizard(|wizard| &wizard.names_ticked),
        wizard_lacks: wizard(|wizard| &wizard.lacks),
        wizard_lacks_all_domains_ticked: wizard(|wizard| &wizard.lacks_ticked),
        wizard_surplus: wizard(|wizard| &wizard.surplus),
        name_count: optional(order.size.map(|size| size.names)),
        san_octets: optional(order.size.map(|size| size.octets)),
    }
}
