using Mono.Cecil;
using Mono.Cecil.Cil;

namespace DataBright.Architecture.Folders;

/// <summary>Every type that compiled code names: in signatures, bases, attributes, fields, bodies and their locals.</summary>
internal static class References
{
    /// <summary>What a type names, with all that the compiler nested in it.</summary>
    public static HashSet<TypeReference> OfWhole(TypeDefinition type)
    {
        var found = new HashSet<TypeReference>();
        Add(found, type);
        return found;
    }

    private static void Add(HashSet<TypeReference> found, TypeDefinition type)
    {
        Add(found, type.BaseType);
        Add(found, type.Interfaces.Select(made => made.InterfaceType));
        Add(found, type.GenericParameters.SelectMany(parameter => parameter.Constraints).Select(constraint => constraint.ConstraintType));
        Add(found, type.CustomAttributes);
        foreach (var field in type.Fields)
        {
            Add(found, field.FieldType);
            Add(found, field.CustomAttributes);
        }

        foreach (var property in type.Properties)
            Add(found, property.CustomAttributes);
        foreach (var method in type.Methods)
            Add(found, method);
        foreach (var nested in type.NestedTypes)
            Add(found, nested);
    }

    private static void Add(HashSet<TypeReference> found, MethodDefinition method)
    {
        Add(found, (MethodReference)method);
        Add(found, method.CustomAttributes);
        Add(found, method.GenericParameters.SelectMany(parameter => parameter.Constraints).Select(constraint => constraint.ConstraintType));
        Add(found, method.Parameters.SelectMany(parameter => parameter.CustomAttributes));
        if (!method.HasBody)
            return;
        Add(found, method.Body.Variables.Select(local => local.VariableType));
        Add(found, method.Body.ExceptionHandlers.Select(handler => handler.CatchType));
        foreach (var step in method.Body.Instructions)
            Add(found, step);
    }

    private static void Add(HashSet<TypeReference> found, Instruction step)
    {
        switch (step.Operand)
        {
            case TypeReference type:
                Add(found, type);
                return;
            case FieldReference field:
                Add(found, field.DeclaringType);
                Add(found, field.FieldType);
                return;
            case MethodReference method:
                Add(found, method);
                return;
        }
    }

    private static void Add(HashSet<TypeReference> found, MethodReference method)
    {
        if (method is GenericInstanceMethod generic)
            Add(found, generic.GenericArguments);
        Add(found, method.DeclaringType);
        Add(found, method.ReturnType);
        Add(found, method.Parameters.Select(parameter => parameter.ParameterType));
    }

    private static void Add(HashSet<TypeReference> found, IEnumerable<CustomAttribute> attributes)
    {
        foreach (var attribute in attributes)
        {
            Add(found, attribute.AttributeType);
            foreach (var value in attribute.ConstructorArguments)
                if (value.Value is TypeReference type)
                    Add(found, type);
        }
    }

    private static void Add(HashSet<TypeReference> found, IEnumerable<TypeReference?> types)
    {
        foreach (var type in types)
            Add(found, type);
    }

    private static void Add(HashSet<TypeReference> found, TypeReference? type)
    {
        switch (type)
        {
            case null or GenericParameter:
                return;
            case GenericInstanceType generic:
                Add(found, generic.ElementType);
                Add(found, generic.GenericArguments);
                return;
            case IModifierType modified:
                Add(found, modified.ModifierType);
                Add(found, modified.ElementType);
                return;
            case TypeSpecification made:
                Add(found, made.ElementType);
                return;
            default:
                found.Add(type);
                return;
        }
    }
}
