//! What rests on what.

use lsp_types::{
    CallHierarchyIncomingCall, CallHierarchyIncomingCallsParams, CallHierarchyItem, CallHierarchyOutgoingCall,
    CallHierarchyOutgoingCallsParams, CallHierarchyPrepareParams, TypeHierarchyItem, TypeHierarchyPrepareParams,
    TypeHierarchySubtypesParams, TypeHierarchySupertypesParams,
};
use polis_db::SourceFile;
use polis_ide::Node;
use polis_syntax::Span;

use super::symbols::symbol_kind;
use super::write::{item_key, read_key};
use super::{Answer, Ctx};
use crate::workspace::View;

/// `内设机构 · 长春市`.
fn detail(node: &Node, ctx: &Ctx) -> String {
    let kind = node.kind.map(|it| ctx.pick(it.word().zh, it.word().en)).unwrap_or_default();
    format!("{kind} · {}", node.package)
}

fn call_item(ctx: &Ctx, view: &View, node: &Node) -> Option<CallHierarchyItem> {
    Some(CallHierarchyItem {
        name: node.name.clone(),
        kind: symbol_kind(node.kind),
        tags: None,
        detail: Some(detail(node, ctx)),
        uri: view.uri(node.range.file)?,
        range: view.range(node.range.file, node.range.range),
        selection_range: view.range(node.selection.file, node.selection.range),
        data: item_key(view, &node.key),
    })
}

fn type_item(ctx: &Ctx, view: &View, node: &Node) -> Option<TypeHierarchyItem> {
    Some(TypeHierarchyItem {
        name: node.title.as_ref().map_or_else(|| node.name.clone(), |it| format!("{} 《{it}》", node.name)),
        kind: symbol_kind(node.kind),
        tags: None,
        detail: Some(detail(node, ctx)),
        uri: view.uri(node.range.file)?,
        range: view.range(node.range.file, node.range.range),
        selection_range: view.range(node.selection.file, node.selection.range),
        data: item_key(view, &node.key),
    })
}

fn ranges(view: &View, file: SourceFile, places: &[Span]) -> Vec<lsp_types::Range> {
    places.iter().map(|it| view.range(file, *it)).collect()
}

pub(super) fn prepare_calls(ctx: &Ctx, params: &CallHierarchyPrepareParams) -> Answer<Option<Vec<CallHierarchyItem>>> {
    let Some((view, file, offset)) = ctx.at(&params.text_document_position_params) else { return Ok(None) };
    let node = polis_ide::prepare_calls(&view.db, file, offset);
    Ok(node.and_then(|it| call_item(ctx, view, &it)).map(|it| vec![it]))
}

pub(super) fn incoming(
    ctx: &Ctx,
    params: &CallHierarchyIncomingCallsParams,
) -> Answer<Option<Vec<CallHierarchyIncomingCall>>> {
    let Some((view, key)) = params.item.data.as_ref().and_then(|it| read_key(ctx, it)) else { return Ok(None) };
    let calls = polis_ide::incoming_calls(&view.db, &key);
    let call = |it: polis_ide::Call| {
        let from_ranges = ranges(view, it.node.range.file, &it.places);
        Some(CallHierarchyIncomingCall { from: call_item(ctx, view, &it.node)?, from_ranges })
    };
    Ok(Some(calls.into_iter().filter_map(call).collect()))
}

pub(super) fn outgoing(
    ctx: &Ctx,
    params: &CallHierarchyOutgoingCallsParams,
) -> Answer<Option<Vec<CallHierarchyOutgoingCall>>> {
    let Some((view, key)) = params.item.data.as_ref().and_then(|it| read_key(ctx, it)) else { return Ok(None) };
    let calls = polis_ide::outgoing_calls(&view.db, &key);
    let call = |it: polis_ide::Call| {
        let from_ranges = ranges(view, key.file, &it.places);
        Some(CallHierarchyOutgoingCall { to: call_item(ctx, view, &it.node)?, from_ranges })
    };
    Ok(Some(calls.into_iter().filter_map(call).collect()))
}

pub(super) fn prepare_types(ctx: &Ctx, params: &TypeHierarchyPrepareParams) -> Answer<Option<Vec<TypeHierarchyItem>>> {
    let Some((view, file, offset)) = ctx.at(&params.text_document_position_params) else { return Ok(None) };
    let node = polis_ide::prepare_types(&view.db, file, offset);
    Ok(node.and_then(|it| type_item(ctx, view, &it)).map(|it| vec![it]))
}

pub(super) fn supertypes(ctx: &Ctx, params: &TypeHierarchySupertypesParams) -> Answer<Option<Vec<TypeHierarchyItem>>> {
    let Some((view, key)) = params.item.data.as_ref().and_then(|it| read_key(ctx, it)) else { return Ok(None) };
    let nodes = polis_ide::supertypes(&view.db, &key);
    Ok(Some(nodes.iter().filter_map(|it| type_item(ctx, view, it)).collect()))
}

pub(super) fn subtypes(ctx: &Ctx, params: &TypeHierarchySubtypesParams) -> Answer<Option<Vec<TypeHierarchyItem>>> {
    let Some((view, key)) = params.item.data.as_ref().and_then(|it| read_key(ctx, it)) else { return Ok(None) };
    let nodes = polis_ide::subtypes(&view.db, &key);
    Ok(Some(nodes.iter().filter_map(|it| type_item(ctx, view, it)).collect()))
}
