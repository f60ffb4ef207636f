using Mono.Cecil;

namespace DataBright.Architecture.Reachability;

/// <summary>
/// The types and methods of some assemblies that are reached from given ones, found in their compiled code. A call reaches what it
/// names. A type that is reached has its base, interfaces, fields and attributes reached; a method of it that implements or overrides
/// one from outside, or one that is reached, is reached too. Constants are copied into their users and leave no trace.
/// </summary>
internal sealed class ReachedCode(IReadOnlySet<string> assemblies)
{
    private readonly HashSet<TypeDefinition> _types = [];
    private readonly HashSet<MethodDefinition> _methods = [];
    private readonly Dictionary<MethodDefinition, List<MethodDefinition>> _overriders = [];
    private readonly Queue<MethodDefinition> _unread = [];

    public bool Has(TypeDefinition type) => _types.Contains(type);

    public bool Has(MethodDefinition method) => _methods.Contains(method);

    /// <summary>Reaches all of a type, whoever calls it.</summary>
    public void ReachWhole(TypeDefinition type)
    {
        Reach(type);
        foreach (var method in type.Methods)
            Reach(method);
    }

    /// <summary>Follows what was reached until nothing new is found.</summary>
    public void Follow()
    {
        while (_unread.TryDequeue(out var method))
            Read(method);
    }

    public void Reach(MethodReference? reference)
    {
        if (reference is null)
            return;
        if (reference is GenericInstanceMethod generic)
            Reach(generic.GenericArguments);
        Reach(reference.DeclaringType);
        if (!IsInside(reference.DeclaringType) || reference.Resolve() is not { } method || !_methods.Add(method))
            return;
        _unread.Enqueue(method);
        if (_overriders.Remove(method, out var overriders))
            foreach (var overrider in overriders)
                Reach(overrider);
    }

    private void Reach(IEnumerable<TypeReference> references)
    {
        foreach (var reference in references)
            Reach(reference);
    }

    private void Reach(TypeReference? reference)
    {
        switch (reference)
        {
            case null or GenericParameter:
                return;
            case GenericInstanceType generic:
                Reach(generic.ElementType);
                Reach(generic.GenericArguments);
                return;
            case FunctionPointerType function:
                Reach(function.ReturnType);
                Reach(function.Parameters.Select(parameter => parameter.ParameterType));
                return;
            case IModifierType modified:
                Reach(modified.ModifierType);
                Reach(modified.ElementType);
                return;
            case TypeSpecification made:
                Reach(made.ElementType);
                return;
        }

        if (IsInside(reference) && reference.Resolve() is { } type && _types.Add(type))
            ReachParts(type);
    }

    private void ReachParts(TypeDefinition type)
    {
        Reach(type.BaseType);
        Reach(type.DeclaringType);
        Reach(type.Interfaces.Select(implemented => implemented.InterfaceType));
        ReachConstraints(type);
        ReachAttributes(type);
        foreach (var field in type.Fields)
        {
            Reach(field.FieldType);
            ReachAttributes(field);
        }

        foreach (var method in type.Methods)
        {
            if (method.IsConstructor && method.IsStatic)
                Reach(method);
            foreach (var overridden in Overridden(method))
                if (overridden is null || !IsInside(overridden.DeclaringType) || _methods.Contains(overridden))
                    Reach(method);
                else if (_overriders.TryGetValue(overridden, out var overriders))
                    overriders.Add(method);
                else
                    _overriders.Add(overridden, [method]);
        }
    }

    private void Read(MethodDefinition method)
    {
        Reach(method.ReturnType);
        Reach(method.Parameters.Select(parameter => parameter.ParameterType));
        ReachConstraints(method);
        ReachAttributes(method);
        foreach (var parameter in method.Parameters)
            ReachAttributes(parameter);
        if (!method.HasBody || IsWrittenForRecords(method))
            return;

        Reach(method.Body.Variables.Select(variable => variable.VariableType));
        Reach(method.Body.ExceptionHandlers.Select(handler => handler.CatchType));
        foreach (var instruction in method.Body.Instructions)
            switch (instruction.Operand)
            {
                case MethodReference called: Reach(called); break;
                case TypeReference named: Reach(named); break;
                case FieldReference field: Reach([field.DeclaringType, field.FieldType]); break;
                case CallSite site: Reach(site.Parameters.Select(parameter => parameter.ParameterType).Append(site.ReturnType)); break;
            }
    }

    private void ReachConstraints(IGenericParameterProvider generic) =>
        Reach(generic.GenericParameters.SelectMany(parameter => parameter.Constraints).Select(constraint => constraint.ConstraintType));

    // An attribute that names a type, a converter for example, has an instance of it made.
    private void ReachAttributes(ICustomAttributeProvider provider)
    {
        foreach (var attribute in provider.CustomAttributes)
        {
            Reach(attribute.Constructor);
            var arguments = attribute.ConstructorArguments.Concat(attribute.Properties.Select(property => property.Argument));
            foreach (var named in arguments.Select(argument => argument.Value).OfType<TypeReference>())
            {
                Reach(named);
                if (IsInside(named))
                    foreach (var constructor in named.Resolve().Methods.Where(method => method.IsConstructor))
                        Reach(constructor);
            }
        }
    }

    private bool IsInside(TypeReference reference)
    {
        var type = reference.GetElementType();
        while (type.IsNested)
            type = type.DeclaringType;
        return assemblies.Contains(type.Scope is ModuleDefinition module ? module.Assembly.Name.Name : type.Scope.Name);
    }

    private static IEnumerable<MethodDefinition?> Overridden(MethodDefinition method)
    {
        foreach (var named in method.Overrides)
            yield return named.Resolve();
        if (!method.IsVirtual)
            yield break;
        foreach (var above in Above(method.DeclaringType))
            foreach (var candidate in above.Methods)
                if (candidate.IsVirtual && IsSame(candidate, method))
                    yield return candidate;
    }

    private static IEnumerable<TypeDefinition> Above(TypeDefinition type) =>
        type.Interfaces.Select(implemented => implemented.InterfaceType).Append(type.BaseType)
            .Select(reference => reference?.Resolve()).OfType<TypeDefinition>()
            .SelectMany(above => Above(above).Prepend(above));

    // By name and number: an interface's type parameter stands where its implementation names a type.
    private static bool IsSame(MethodDefinition one, MethodDefinition other) =>
        one.Name == other.Name
        && one.Parameters.Count == other.Parameters.Count
        && one.GenericParameters.Count == other.GenericParameters.Count;

    /// <summary>What the compiler adds to every record: it reads all its members and says nothing of who needs them.</summary>
    public static bool IsWrittenForRecords(MethodDefinition method) =>
        method.CustomAttributes.Any(attribute => attribute.AttributeType.Name == "CompilerGeneratedAttribute")
        && method.Name is "PrintMembers" or "ToString" or "Equals" or "GetHashCode" or "op_Equality" or "op_Inequality"
            or "<Clone>$" or "Deconstruct" or "get_EqualityContract";
}
