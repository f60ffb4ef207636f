using System.Reflection;

namespace DataBright.Compute.Hostile;

/// <summary>
/// Stands before the real thing at a seam and lets chosen calls fail or hang. A method that a seam gets later is covered by itself.
/// </summary>
public class FaultySeam<T> : DispatchProxy where T : class
{
    private T _real = null!;
    private Func<MethodInfo, object?[], Exception?> _fault = (_, _) => null;
    private Func<MethodInfo, object?[], bool> _hangs = (_, _) => false;

    /// <param name="real">Answers what does not fail.</param>
    /// <param name="fault">What a call ends with; null where it is let through.</param>
    /// <param name="hangs">Whether a call never ends, and does not hear of its cancellation either.</param>
    public static T Before(T real, Func<MethodInfo, object?[], Exception?> fault, Func<MethodInfo, object?[], bool>? hangs = null)
    {
        var seam = Create<T, FaultySeam<T>>();
        var self = (FaultySeam<T>)(object)seam;
        (self._real, self._fault) = (real, fault);
        if (hangs is not null) self._hangs = hangs;
        return seam;
    }

    /// <summary>The methods that a harness goes through: those that ask somebody.</summary>
    public static IEnumerable<string> Methods => typeof(T).GetInterfaces().Append(typeof(T)).SelectMany(type => type.GetMethods())
        .Where(method => method is { IsSpecialName: false, IsStatic: false }).Select(method => method.Name).Distinct();

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        var result = targetMethod!.ReturnType;
        if (_hangs(targetMethod, args ?? [])) return Pending(result);
        if (_fault(targetMethod, args ?? []) is not { } fault) return Real(targetMethod, args);
        return result == typeof(Task) ? Task.FromException(fault)
            : result.IsGenericType && result.GetGenericTypeDefinition() == typeof(Task<>) ? Failed(result.GenericTypeArguments[0], fault)
            : throw fault;
    }

    private object? Real(MethodInfo method, object?[]? args)
    {
        try
        {
            return method.Invoke(_real, args);
        }
        catch (TargetInvocationException thrown)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(thrown.InnerException!);
            throw;
        }
    }

    private static object Failed(Type result, Exception fault) =>
        typeof(Task).GetMethods().Single(method => method is { Name: nameof(Task.FromException), IsGenericMethod: true })
            .MakeGenericMethod(result).Invoke(null, [fault])!;

    private static object Pending(Type result)
    {
        var source = Activator.CreateInstance(
            typeof(TaskCompletionSource<>).MakeGenericType(result.IsGenericType ? result.GenericTypeArguments[0] : typeof(object)))!;
        return source.GetType().GetProperty("Task")!.GetValue(source)!;
    }
}
