using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;

namespace Jiqun.Portal.Api;

/// <summary>Which part of a list is asked for: <c>?page=2&amp;size=100</c>.</summary>
/// <param name="Page">From 1; null for the first.</param>
/// <param name="Size">Items of a page, 1 to 200; null for 50.</param>
public sealed record Paging([FromQuery(Name = "page")] int? Page, [FromQuery(Name = "size")] int? Size)
{
    const int UsualSize = 50, LargestSize = 200, LastPage = 1_000_000;

    /// <summary>That part of a list, in its order.</summary>
    public async Task<Part<T>> Of<T>(IQueryable<T> all, HttpContext http)
    {
        var (page, size) = (Math.Clamp(Page ?? 1, 1, LastPage), Math.Clamp(Size ?? UsualSize, 1, LargestSize));
        var total = await all.CountAsync(http.RequestAborted);
        var items = await all.Skip((page - 1) * size).Take(size).ToListAsync(http.RequestAborted);
        if (page * (long)size < total)
            http.Response.Headers.Link = string.Create(CultureInfo.InvariantCulture, $"<{http.Request.Path}{Query(http.Request, page + 1, size)}>; rel=\"next\"");
        return new Part<T>(items, page, size, total);
    }

    static QueryString Query(HttpRequest request, int page, int size) => QueryString.Create(
        request.Query.Where(q => q.Key is not ("page" or "size"))
            .Append(new("page", page.ToString(CultureInfo.InvariantCulture))).Append(new("size", size.ToString(CultureInfo.InvariantCulture))));
}

/// <summary>A part of a list. While there are further parts, the header Link names the next.</summary>
/// <param name="Page">From 1.</param>
/// <param name="Size">Items that a page has at most.</param>
/// <param name="Total">Items of the whole list.</param>
public sealed record Part<T>(IReadOnlyList<T> Items, int Page, int Size, int Total)
{
    public Part<TOther> Select<TOther>(Func<T, TOther> to) => new([.. Items.Select(to)], Page, Size, Total);
}
