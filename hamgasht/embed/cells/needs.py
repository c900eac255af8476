"""Which earlier cells a cell needs, so that a paste of them runs by itself.

Takes in a snippet's cells in order; gives out the source of one with all earlier
ones that it needs. It reads the code (``ast``) and runs nothing, so it is cautious:
where a cell may have changed something that is needed, it belongs in.
"""

import ast
import builtins
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

_RANDOM = "<random>"  # stands for the state of the random number generators
_FRAMEWORKS = {"keras", "tensorflow", "torch", "jax", "random", "sklearn"}
_SETTINGS = {"rcParams", "style", "rc", "config", "backend", "set_printoptions"}
# Modules whose functions give new objects, except for those that give views.
_FRESH = {"numpy", "pandas", "math", "statistics", "itertools"}
_VIEWS = {"asarray", "reshape", "transpose", "broadcast_to", "squeeze", "ravel"}
_PURE_METHODS = frozenset(
    word
    for line in (
        "summary count_params head tail mean sum std var min max argmax argmin",
        "item tolist copy astype reshape transpose round format join items keys values",
        "pivot groupby unique nunique to_list to_numpy value_counts isin dropna",
        "fillna rename sort_values reset_index set_index merge query cumsum clip diff",
        "first last prod argsort nonzero flatten squeeze swapaxes agg median quantile",
        "numpy get_weights get_config any all dot to_string ravel startswith endswith",
        "strip split replace lower upper exists is_file is_dir read_text",
    )
    for word in line.split()
)
_Named = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
_Definition = _Named | ast.Lambda
_PURE_BUILTINS = frozenset(vars(builtins)) - {"setattr", "delattr", "exec", "next"}


@dataclass(frozen=True)
class _Known:
    """What is known of a snippet's names before its cells are read.

    Attributes:
        modules: The top-level package behind each imported name.
        canvases: Names of Matplotlib's objects, which draw what they are given and
            leave it as it is.
        harmless: Functions that change nothing but objects of their own.
    """

    modules: dict[str, str]
    canvases: frozenset[str]
    harmless: frozenset[str]


@dataclass
class _Cell:
    """What one cell does with names.

    Attributes:
        needs: Names it reads before it binds them.
        late: Names that its functions read when they are called.
        binds: Names it may bind.
        surely: Names it binds whatever happens.
        touches: Names whose objects it may change.
        aliases: For a bound name, those whose objects it may share.
    """

    needs: set[str] = field(default_factory=set)
    late: set[str] = field(default_factory=set)
    binds: set[str] = field(default_factory=set)
    surely: set[str] = field(default_factory=set)
    touches: set[str] = field(default_factory=set)
    aliases: dict[str, set[str]] = field(default_factory=dict)


def with_needs(cells: Sequence[tuple[str, str]], name: str) -> str:
    """Return a cell's source after that of all earlier cells it needs.

    Args:
        cells: Names and sources of a snippet's code cells, in order.
        name: The name of the cell.

    Raises:
        KeyError: There is no such cell.
    """
    order = [cell for cell, _ in cells]
    if name not in order:
        raise KeyError(name)
    upto = cells[: order.index(name) + 1]
    kept = needed_cells([source for _, source in upto])
    return "\n\n".join(upto[index][1].strip("\n") for index in kept) + "\n"


def needed_cells(sources: Sequence[str]) -> list[int]:
    """Return the places of the cells that the last one needs, itself included.

    Args:
        sources: The cells' sources, in order.
    """
    try:
        trees = [ast.parse(source) for source in sources]
    except SyntaxError:  # no plain Python: keep all
        return list(range(len(sources)))
    modules = _modules(trees)
    known = _Known(modules, _canvases(trees, modules), frozenset())
    known = replace(known, harmless=_harmless_functions(trees, known))
    cells = [_Reader(known).read(tree.body) for tree in trees]
    aliases = _aliases(cells)
    late: set[str] = set()
    while True:
        kept = _backwards(cells, aliases, late)
        found = set().union(*(cells[index].late for index in kept))
        if found <= late:
            return kept
        late |= found


def _backwards(
    cells: list[_Cell], aliases: dict[str, set[str]], late: set[str]
) -> list[int]:
    """Return the needed cells; names in ``late`` are needed all the way up."""
    kept = [len(cells) - 1]
    wanted = cells[-1].needs | late
    for index in range(len(cells) - 2, -1, -1):
        cell = cells[index]
        reached = set().union(*(aliases.get(name, {name}) for name in wanted))
        if cell.binds & wanted or cell.touches & reached:
            kept.append(index)
            wanted = (wanted - cell.surely) | cell.needs | late
    return kept[::-1]


def _aliases(cells: list[_Cell]) -> dict[str, set[str]]:
    """Return for each name all names whose objects it may share, itself included."""
    links: dict[str, set[str]] = {}
    for cell in cells:
        for name, others in cell.aliases.items():
            for other in others:
                links.setdefault(name, set()).add(other)
                links.setdefault(other, set()).add(name)
    found: dict[str, set[str]] = {}
    for name in links:
        seen, queue = {name}, [name]
        while queue:
            fresh = links.get(queue.pop(), set()) - seen
            seen |= fresh
            queue.extend(fresh)
        found[name] = seen
    return found


def _modules(trees: Iterable[ast.Module]) -> dict[str, str]:
    """Return the top-level package behind each imported name."""
    found: dict[str, str] = {}
    for tree in trees:
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                for item in node.names:
                    name = item.asname or item.name.partition(".")[0]
                    found[name] = item.name.partition(".")[0]
            elif isinstance(node, ast.ImportFrom):
                for item in node.names:
                    package = (node.module or "").partition(".")[0]
                    found[item.asname or item.name] = package
    return found


def _canvases(trees: Iterable[ast.Module], modules: dict[str, str]) -> frozenset[str]:
    """Return the names bound to what Matplotlib's functions give, or to parts of it."""
    found: set[str] = set()
    for node in (node for tree in trees for node in ast.walk(tree)):
        match node:
            case ast.Assign(targets=[target], value=ast.Call(func=function)):
                path = _path(function)
                if path and modules.get(path[0]) == "matplotlib":
                    found |= _names(target)
            case ast.For(target=target, iter=source):
                for part, origin in _pairs(target, source, each=True):
                    if origin is not None and found & _roots(origin):
                        found |= _names(part)
    return frozenset(found)


def _harmless_functions(trees: Iterable[ast.Module], known: _Known) -> frozenset[str]:
    """Return the functions of a snippet that change nothing but their own objects.

    All are taken for harmless at first; those whose body says otherwise are struck
    off until none is left, so that functions may call each other.
    """
    functions: dict[str, list[ast.FunctionDef]] = {}
    bound: set[str] = set()
    for tree in trees:
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef):
                functions.setdefault(node.name, []).append(node)
            elif isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
                bound.add(node.id)
    harmless = frozenset(functions) - bound - _PURE_METHODS
    while True:
        rest = frozenset(
            name
            for name in harmless
            if not any(
                _harms(node, replace(known, harmless=harmless))
                for node in functions[name]
            )
        )
        if rest == harmless:
            return harmless
        harmless = rest


def _harms(function: ast.FunctionDef, known: _Known) -> bool:
    """Return whether a function's body may change what it did not make itself."""
    cell = _Reader(known).read(function.body)
    arguments = {item.arg for item in ast.walk(function) if isinstance(item, ast.arg)}
    aliases = _aliases([cell])
    reached = set().union(*(aliases.get(name, {name}) for name in cell.touches))
    outer = reached - cell.binds - {_RANDOM}
    declared = any(
        isinstance(node, ast.Global | ast.Nonlocal) for node in ast.walk(function)
    )
    return declared or bool(outer) or bool(reached & arguments)


class _Reader(ast.NodeVisitor):
    """Reads one cell from top to bottom."""

    def __init__(self, known: _Known) -> None:
        self.known = known
        self.modules = known.modules
        self.cell = _Cell()

    def read(self, body: Iterable[ast.AST]) -> _Cell:
        """Return what a cell, or the body of a function, does."""
        for part in body:
            self.visit(part)
        return self.cell

    def visit_Name(self, node: ast.Name) -> None:
        """Note a name that is read, bound or deleted."""
        if isinstance(node.ctx, ast.Load):
            self._need(node.id)
        else:
            self._bind(node.id)

    def visit_Import(self, node: ast.Import | ast.ImportFrom) -> None:
        """Note imported names."""
        for item in node.names:
            self._bind(item.asname or item.name.partition(".")[0])

    visit_ImportFrom = visit_Import  # noqa: N815

    def visit_Assign(self, node: ast.Assign) -> None:
        """Note what an assignment binds, changes and shares."""
        self.visit(node.value)
        for target in node.targets:
            self._assign(target, node.value)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        """Note an assignment with a type."""
        self.visit(node.annotation)
        if node.value is not None:
            self.visit(node.value)
            self._assign(node.target, node.value)

    def visit_NamedExpr(self, node: ast.NamedExpr) -> None:
        """Note ``name := value``."""
        self.visit(node.value)
        self._assign(node.target, node.value)

    def visit_AugAssign(self, node: ast.AugAssign) -> None:
        """Note ``x += ...``, which reads, changes and binds."""
        self.visit(node.value)
        for name in _roots(node.target):
            self._need(name)
            self._touch(name)
        if isinstance(node.target, ast.Name):
            self._bind(node.target.id)
        else:
            self.visit(node.target)

    def visit_For(self, node: ast.For) -> None:
        """Note a loop, whose variable may share what it runs over."""
        self.visit(node.iter)
        before = set(self.cell.surely)
        self._assign(node.target, node.iter, each=True)
        self._block([*node.body, *node.orelse])
        self.cell.surely = before

    def visit_While(self, node: ast.While | ast.If) -> None:
        """Note a body that may not run."""
        self.visit(node.test)
        self._block([*node.body, *node.orelse])

    visit_If = visit_While  # noqa: N815

    def visit_Try(self, node: ast.Try) -> None:
        """Note bodies of which each may not run to its end."""
        self.cell.binds |= {item.name for item in node.handlers if item.name}
        bodies = [statement for item in node.handlers for statement in item.body]
        types = [item.type for item in node.handlers if item.type]
        self._block([*node.body, *types, *bodies, *node.orelse, *node.finalbody])

    def visit_With(self, node: ast.With) -> None:
        """Note a context, which may share what it was made from."""
        for item in node.items:
            self.visit(item.context_expr)
            if item.optional_vars is not None:
                self._assign(item.optional_vars, item.context_expr)
        for statement in node.body:
            self.visit(statement)

    def visit_FunctionDef(self, node: _Named) -> None:
        """Note a definition: its body runs later, its decorators now."""
        for decorator in node.decorator_list:
            self.visit(decorator)
        for part in _run_at_once(node):
            self.visit(part)
        changed = self._later(node)
        self._bind(node.name)
        self.cell.aliases.setdefault(node.name, set()).update(changed)

    visit_AsyncFunctionDef = visit_FunctionDef  # noqa: N815
    visit_ClassDef = visit_FunctionDef  # noqa: N815

    def visit_Lambda(self, node: ast.Lambda) -> None:
        """Note a function without a name."""
        self._later(node)

    def visit_ListComp(self, node: ast.ListComp) -> None:
        """Note a comprehension, whose variables are its own."""
        own = {
            name.id
            for generator in node.generators
            for name in ast.walk(generator.target)
            if isinstance(name, ast.Name)
        }
        inner = _Reader(self.known)
        inner.generic_visit(node)
        for name in inner.cell.needs - own:
            self._need(name)
        changed = set().union(*(inner.cell.aliases.get(n, set()) for n in own))
        loops = own & inner.cell.touches
        shared = {r for g in node.generators for r in self._sharing(g.iter)}
        for name in (inner.cell.touches - own) | (changed | shared if loops else set()):
            self._touch(name)
        self.cell.late |= inner.cell.late - own

    visit_SetComp = visit_ListComp  # noqa: N815
    visit_DictComp = visit_ListComp  # noqa: N815
    visit_GeneratorExp = visit_ListComp  # noqa: N815

    def visit_Expr(self, node: ast.Expr) -> None:
        """Note a call whose result is dropped: it is there for what it changes."""
        call = node.value
        if isinstance(call, ast.Call) and self._module_of(call.func):
            path = _path(call.func)
            if any("seed" in part for part in path):
                self._touch(_RANDOM)
            if _SETTINGS & set(path):
                self._touch(path[0])
            for argument in _arguments(call):
                for name in self._sharing(argument):
                    self._touch(name)
        self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> None:
        """Note what a call may change: its object, and what it is given."""
        self.generic_visit(node)
        if self._module_of(node.func) or self._is_pure(node):
            return
        draws = bool(_roots(node.func) & self.known.canvases)
        for part in [node.func, *([] if draws else _arguments(node))]:
            for name in self._sharing(part):
                self._touch(name)

    def visit_Attribute(self, node: ast.Attribute) -> None:
        """Note ``np.random`` and changed attributes."""
        if node.attr in ("random", "initializers"):
            self._need(_RANDOM)
        self._changed(node)

    def visit_Subscript(self, node: ast.Subscript) -> None:
        """Note changed items."""
        self._changed(node)

    def _changed(self, node: ast.Attribute | ast.Subscript) -> None:
        if not isinstance(node.ctx, ast.Load):
            for name in _roots(node):
                self._touch(name)
        self.generic_visit(node)

    def _assign(self, target: ast.expr, value: ast.expr, *, each: bool = False) -> None:
        """Note ``target = value``, or ``for target in value`` where ``each`` is set."""
        for part, source in _pairs(target, value, each=each):
            shared = self._sharing(source) if source else set()
            for node in ast.walk(part):
                if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                    self.cell.aliases.setdefault(node.id, set()).update(shared)
                elif isinstance(node, ast.Attribute | ast.Subscript):
                    for name in _roots(node):
                        self.cell.aliases.setdefault(name, set()).update(shared)
        self.visit(target)

    def _block(self, parts: Iterable[ast.AST]) -> None:
        """Visit a body whose names are bound inside it, but not surely after it."""
        before = set(self.cell.surely)
        for part in parts:
            self.visit(part)
        self.cell.surely = before

    def _later(self, node: _Definition) -> set[str]:
        """Note the names that a definition's body takes from outside when called.

        Returns:
            Those whose objects the body may change.
        """
        body = node.body if isinstance(node.body, list) else [node.body]
        inside = [item for part in body for item in ast.walk(part)]
        names = [item for item in inside if isinstance(item, ast.Name)]
        outer = {
            name
            for item in inside
            if isinstance(item, ast.Global)
            for name in item.names
        }
        own = {item.arg for item in ast.walk(node) if isinstance(item, ast.arg)}
        own |= {item.id for item in names if not isinstance(item.ctx, ast.Load)}
        own -= outer
        read = {item.id for item in names} | outer
        self.cell.binds |= outer
        self.cell.late |= read - own - self.cell.surely
        inner = _Reader(self.known).read(body)
        if _RANDOM in inner.needs | inner.late:
            self.cell.late.add(_RANDOM)
        return (inner.touches | outer) - own

    def _need(self, name: str) -> None:
        if name not in self.cell.surely:
            self.cell.needs.add(name)
        if self.modules.get(name) in _FRAMEWORKS:
            self.cell.needs.add(_RANDOM)

    def _bind(self, name: str) -> None:
        self.cell.binds.add(name)
        self.cell.surely.add(name)

    def _touch(self, name: str) -> None:
        self.cell.touches.add(name)

    def _module_of(self, node: ast.expr) -> str | None:
        path = _path(node)
        return self.modules.get(path[0]) if path else None

    def _is_pure(self, call: ast.Call) -> bool:
        """Return whether a call changes nothing that it is given."""
        match call.func:
            case ast.Name(id=name):
                return name in _PURE_BUILTINS | self.known.harmless
            case ast.Attribute(attr=name):
                in_place = any(item.arg == "inplace" for item in call.keywords)
                return name in _PURE_METHODS and not in_place
        return False

    def _sharing(self, node: ast.expr) -> set[str]:
        """Return the names whose objects the value of an expression may share."""
        match node:
            case ast.Name():
                return set() if node.id in self.modules else {node.id}
            case ast.Attribute() | ast.Subscript() | ast.Starred():
                return self._sharing(node.value)
            case ast.Constant() | ast.BinOp() | ast.UnaryOp() | ast.Compare():
                return set()
            case ast.Lambda() | ast.JoinedStr():
                return set()
            case ast.Call() if self._gives_new(node):
                return set()
        found: set[str] = set()
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.expr):
                found |= self._sharing(child)
            elif isinstance(child, ast.keyword):
                found |= self._sharing(child.value)
            elif isinstance(child, ast.comprehension):
                found |= self._sharing(child.iter)
        return found

    def _gives_new(self, call: ast.Call) -> bool:
        path = _path(call.func)
        if path and self.modules.get(path[0]) in _FRESH:
            return path[-1] not in _VIEWS
        return path in (["len"], ["sum"], ["float"], ["int"], ["str"], ["range"])


def _run_at_once(node: ast.AST) -> Iterator[ast.AST]:
    """Yield the parts of a definition that run where it stands."""
    if isinstance(node, ast.ClassDef):
        yield from [*node.bases, *(keyword.value for keyword in node.keywords)]
    elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        defaults = [*node.args.defaults, *node.args.kw_defaults]
        yield from (default for default in defaults if default is not None)
        for argument in [*node.args.args, *node.args.kwonlyargs]:
            if argument.annotation is not None:
                yield argument.annotation
        if node.returns is not None:
            yield node.returns


def _arguments(call: ast.Call) -> list[ast.expr]:
    return [*call.args, *(keyword.value for keyword in call.keywords)]


def _pairs(
    target: ast.expr, value: ast.expr, *, each: bool
) -> Iterator[tuple[ast.expr, ast.expr | None]]:
    """Yield the parts of a target with what each is made from.

    ``a, b = x, y`` and loops over ``zip`` and ``enumerate`` are taken apart.
    """
    match target, value:
        case ast.Tuple(elts=parts), ast.Tuple(elts=sources) if not each:
            matched: list[ast.expr | None] = [*sources]
        case ast.Tuple(elts=parts), ast.Call(func=ast.Name(id="zip"), args=sources):
            matched = [*sources] if each else []
        case ast.Tuple(elts=[_, _] as parts), ast.Call(
            func=ast.Name(id="enumerate"), args=[source, *_]
        ):
            matched = [None, source] if each else []
        case _:
            matched, parts = [], []
    if not matched or len(parts) != len(matched) or _has_star([*parts, *matched]):
        yield target, value
        return
    for part, source in zip(parts, matched, strict=True):
        if source is None:
            yield part, None
        else:
            yield from _pairs(part, source, each=each)


def _has_star(nodes: Iterable[ast.expr | None]) -> bool:
    return any(isinstance(node, ast.Starred) for node in nodes)


def _names(node: ast.AST) -> set[str]:
    return {item.id for item in ast.walk(node) if isinstance(item, ast.Name)}


def _path(node: ast.expr) -> list[str]:
    """Return the parts of ``a.b.c``; empty for anything else."""
    if isinstance(node, ast.Name):
        return [node.id]
    if isinstance(node, ast.Attribute) and (path := _path(node.value)):
        return [*path, node.attr]
    return []


def _roots(node: ast.expr) -> set[str]:
    """Return the name that an attribute or item is reached from."""
    while isinstance(node, ast.Attribute | ast.Subscript | ast.Starred | ast.Call):
        node = node.func if isinstance(node, ast.Call) else node.value
    return {node.id} if isinstance(node, ast.Name) else set()
