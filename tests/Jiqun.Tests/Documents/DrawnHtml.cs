using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using AngleSharp.Html.Parser;

namespace Jiqun.Tests.Documents;

/// <summary>Reads a page back as a browser would.</summary>
static class DrawnHtml
{
    public static IHtmlDocument Page(string html) => new HtmlParser().ParseDocument(html);

    public static DrawnForm Read(string html) => new([.. Page(html).QuerySelector(".sheet")!.Children.SelectMany(Blocks)], TellsHeaders: true);

    static IEnumerable<DrawnBlock> Blocks(IElement element) => element switch
    {
        IHtmlTableElement table => [new DrawnTable(Rows(table))],
        IHtmlOrderedListElement list => list.Children.Select(item => new DrawnLine(item.TextContent)),
        _ => [new DrawnLine(element.TextContent)],
    };

    static List<IReadOnlyList<DrawnCell>> Rows(IHtmlTableElement table)
    {
        var rows = new List<IReadOnlyList<DrawnCell>>();
        var taken = new HashSet<(int Row, int Column)>();
        foreach (var (r, row) in table.Rows.Index())
        {
            var cells = new List<DrawnCell>();
            var column = 0;
            foreach (var cell in row.Cells)
            {
                while (taken.Contains((r, column)))
                    column++;
                cells.Add(new DrawnCell(column, cell.ColumnSpan, cell.RowSpan, cell is IHtmlTableHeaderCellElement, Text(cell)));
                for (var i = 0; i < cell.RowSpan; i++)
                    for (var j = 0; j < cell.ColumnSpan; j++)
                        Assert.True(taken.Add((r + i, column + j)), "cells overlap");
            }
            rows.Add(cells);
        }
        return rows;
    }

    public static string Text(IElement cell) => string.Join('\n', cell.Children.Select(p => p.TextContent));
}
