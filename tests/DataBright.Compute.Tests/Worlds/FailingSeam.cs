using System.Reflection;

namespace DataBright.Compute.Worlds;

/// <summary>A seam of which every call can be made to fail, whichever methods it has.</summary>
public class FailingSeam<T> : DispatchProxy where T : class
{
    private T _target = null!;

    /// <summary>Asked at each call, with its method and arguments: what it ends with instead, or null where it goes through.</summary>
    public Func<MethodInfo, object?[], Exception?> Fault { get; set; } = (_, _) => null;

    /// <summary>Asked at each call: a task that it waits for, or null where it goes through.</summary>
    public Func<MethodInfo, object?[], Task?> Hang { get; set; } = (_, _) => null;

    public static (T Seam, FailingSeam<T> Control) Around(T target)
    {
        var seam = Create<T, FailingSeam<T>>();
        var control = (FailingSeam<T>)(object)seam;
        control._target = target;
        return (seam, control);
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        if (Fault(targetMethod!, args!) is { } fault)
            return typeof(Task).IsAssignableFrom(targetMethod!.ReturnType) ? Failed(targetMethod.ReturnType, fault) : throw fault;
        if (Hang(targetMethod!, args!) is { } wait && typeof(Task).IsAssignableFrom(targetMethod!.ReturnType))
            return Waiting(targetMethod.ReturnType, wait);
        try
        {
            return targetMethod!.Invoke(_target, args);
        }
        catch (TargetInvocationException thrown)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(thrown.InnerException!);
            throw;
        }
    }

    private static object Failed(Type type, Exception fault) => type == typeof(Task)
        ? Task.FromException(fault)
        : typeof(Task).GetMethod(nameof(Task.FromException), 1, [typeof(Exception)])!.MakeGenericMethod(type.GenericTypeArguments[0])
            .Invoke(null, [fault])!;

    private static object Waiting(Type type, Task wait) => type == typeof(Task)
        ? wait
        : typeof(FailingSeam<T>).GetMethod(nameof(After), BindingFlags.NonPublic | BindingFlags.Static)!
            .MakeGenericMethod(type.GenericTypeArguments[0]).Invoke(null, [wait])!;

    private static async Task<TResult> After<TResult>(Task wait)
    {
        await wait;
        return default!;
    }
}
